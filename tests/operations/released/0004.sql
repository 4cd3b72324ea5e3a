INSERT INTO mailboxes (id, name, address, sender_name, signature, imap_host, imap_port, imap_security, imap_user,
 imap_password, imap_password_file, imap_folder, files_old_mail, smtp_host, smtp_port, smtp_security, smtp_user,
 smtp_password, smtp_password_file, reply_tag, authserv_id, is_active, from_settings, fetched_from, refused, last_error,
 smtp_error, created_at) VALUES
 (1, 'support', 'support@shop.example', '', '', 'imap.shop.example', 993, 'tls', 'support', 'secret', '', 'INBOX', 1,
  '', 465, 'tls', '', '', '', 'none', '', 0, 0, '', '{}', '', '', 1700002000);
INSERT INTO mailbox_checks VALUES (1, 'c1', '[]', 1700002000, NULL);
INSERT INTO mail_templates VALUES ('received', 0, '', '', 1700002000);
INSERT INTO followers VALUES (1, 4, 2, 1700002000);
INSERT INTO mail_threads VALUES (1, 'abcdefghijklmnopqrstuvwxyz', 1);
INSERT INTO request_links VALUES (1, 1, 3, 'n1', 1700002000, NULL);
INSERT INTO outbox VALUES (1, 'answered', 1, 3, 3, 1, 'alice@home.example', '1@shop.example', '{}', 'Re: Broken <lamp>',
 'A new one leaves today.', '', 'sent', 1, '250 OK', 1700002000, 1700002001, NULL, '');
INSERT INTO received_mails (id, mailbox_id, source, sha256, size, arrived_at, outcome, reason, message_id, essence, sender,
 subject, ticket_id, filed_as_id) VALUES
 (1, 1, 'imap', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', 4, 1700002000, 'ticket', '',
  'm1@home.example', '', 'alice@home.example', 'Where is my order', 2, 4);
INSERT INTO mails_of_messages VALUES (4, 1, 'alice@home.example', '', '', 0, '[]', '[]', NULL);
