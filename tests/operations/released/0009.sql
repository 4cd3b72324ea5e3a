INSERT INTO audit_failures VALUES ('a1', 'sign_in_failed', NULL, '192.0.2.1', 28333333, 2);
