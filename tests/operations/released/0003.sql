INSERT INTO companies VALUES (1, 'Öl & Licht', 'ol & licht', 1700001000);
INSERT INTO company_domains VALUES ('home.example', 1);
UPDATE users SET company_id = 1 WHERE id = 3;
INSERT INTO custom_fields VALUES
 (1, 'ticket', 'colour', 'Colour', 'choice', '["red", "blue"]', 'nobody', 1, 1, 1, 1700001000, 1700001000),
 (2, 'customer', 'size', 'Size', 'number', '[]', 'nobody', 0, 1, 1, 1700001000, 1700001000);
INSERT INTO field_values VALUES (1, 1, 1, NULL, 'red', NULL), (2, 2, NULL, 3, '4', 4.0);
INSERT INTO customer_notes VALUES (1, 3, 2, 'Rings twice.', 1700001000);
INSERT INTO macros VALUES (1, 2, 1, '', 'Solve it', '[]', 1700001000, 1700001000);
INSERT INTO saved_replies VALUES (1, 2, 1, '', 'Thanks', 'Thank you.', 1700001000, 1700001000);
INSERT INTO saved_views VALUES (1, 2, 1, 'Late', '{}', 'newest', 1, 1700001000, 1700001000, NULL);
INSERT INTO notice_choices VALUES (2, 'assigned', 1, 0);
INSERT INTO drafts VALUES (1, 2, 2, 'reply', 'Dear', '{}', 1700001000, NULL);
INSERT INTO read_marks VALUES (2, 1, 3, 1700001000);
INSERT INTO ticket_links VALUES (1, 2, 2, 1700001000);
INSERT INTO notices VALUES (1, 2, 'assigned', 1, 3, NULL, 1, 1700001000, NULL);
INSERT INTO tickets (id, subject, description, requester_id, requester_kind, status, priority, version, message_count,
 file_count, last_words, created_by_kind, created_at, modified_by_kind, modified_at, place, placed_at) VALUES
 (4, 'Buy now', 'Cheap.', 3, 'customer', 'open', 'normal', 1, 1, 0, 'Cheap.', 'customer', 1700001000, 'customer',
  1700001000, 'spam', 1700001100);
INSERT INTO messages (id, ticket_id, author_id, author_kind, internal, body, created_at, modified_by_kind, modified_at, format)
 VALUES (6, 4, 3, 'customer', 0, 'Cheap.', 1700001000, 'customer', 1700001000, 'text');
