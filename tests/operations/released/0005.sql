INSERT INTO jobs VALUES
 (1, 'housekeeping', 'periodic', '{}', 'waiting', 'housekeeping', 0, 1700003000, NULL, NULL, NULL, 1700003000, NULL, NULL),
 (2, 'mail.file', NULL, '{"received_id": 1}', 'done', 'default', 1, 1700003000, NULL, NULL, NULL, 1700003000, 1700003001,
  1700003002);
