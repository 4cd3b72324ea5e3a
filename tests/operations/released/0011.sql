INSERT INTO authenticator_apps VALUES (2, 'sealed', 57000000, 1700004000, 1700004000);
INSERT INTO recovery_codes VALUES (1, 2, 'c1', NULL);
INSERT INTO passkeys VALUES (1, 2, 'p1', 'key', 0, '', 'Phone', 1700004000, NULL);
INSERT INTO devices VALUES (1, 2, 'd1', 'A browser', '192.0.2.1', 1700004000, 1700004000, NULL);
INSERT INTO sign_in_steps VALUES (1, 's1', 2, 'password', 0, 1700004000, 1700004600);
INSERT INTO spent_challenges VALUES ('x1', 1700004600);
INSERT INTO sign_in_rules VALUES (1, 'nobody');
