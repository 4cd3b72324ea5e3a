-- A small shop, as the first program kept it.
INSERT INTO users (id, email, name, role, password_hash, language, created_at, modified_at) VALUES
 (1, 'ada@shop.example', 'Ada Min', 'admin', NULL, 'en', 1700000000, 1700000000),
 (2, 'gent@shop.example', 'Ana Gent', 'agent', NULL, 'de', 1700000000, 1700000000),
 (3, 'alice@home.example', 'Zoë Şahin', 'customer', NULL, 'en', 1700000000, 1700000000),
 (4, 'vera@lamps.example', 'Vera Vendor', 'vendor', NULL, 'en', 1700000000, 1700000000);
INSERT INTO shop VALUES (1, 'Lamps', '#2f6f5e', NULL, NULL, 1700000000);
INSERT INTO categories (id, parent_id, name, is_active, created_by, created_at, modified_by, modified_at) VALUES
 (1, NULL, 'Lamps', 1, 'admin', 1700000000, 'admin', 1700000000),
 (2, 1, 'Desk lamps', 1, 'admin', 1700000000, 'admin', 1700000000);
INSERT INTO tags VALUES (1, 'vip'), (2, 'late');
INSERT INTO tickets (id, subject, description, requester_id, requester_kind, assignee_id, status, priority,
 category_id, subcategory_id, version, message_count, file_count, last_words, created_by_kind, created_at,
 modified_by_kind, modified_at, last_customer_at, last_staff_at, waiting_since) VALUES
 (1, 'Broken <lamp>', 'It fell.', 3, 'customer', 2, 'resolved', 'high', 1, 2, 4, 3, 1, 'A new one leaves today.',
  'customer', 1700000100, 'admin', 1700000300, 1700000100, 1700000300, NULL),
 (2, 'Where is my order', 'Ordered in March.', 3, 'customer', NULL, 'open', 'normal', NULL, NULL, 1, 1, 0,
  'Ordered in March.', 'customer', 1700000200, 'customer', 1700000200, 1700000200, NULL, 1700000200),
 (3, 'Invoice 9', 'Please pay.', 4, 'vendor', 1, 'closed', 'low', 1, NULL, 2, 1, 0, 'Please pay.',
  'vendor', 1700000250, 'admin', 1700000260, 1700000250, NULL, NULL);
INSERT INTO messages (id, ticket_id, author_id, author_kind, internal, body, created_at, modified_by_kind, modified_at) VALUES
 (1, 1, 3, 'customer', 0, 'It fell.', 1700000100, 'customer', 1700000100),
 (2, 1, 2, 'admin', 1, 'She is a regular.', 1700000200, 'admin', 1700000200),
 (3, 1, 2, 'admin', 0, 'A new one leaves today.', 1700000300, 'admin', 1700000300),
 (4, 2, 3, 'customer', 0, 'Ordered in March.', 1700000200, 'customer', 1700000200),
 (5, 3, 4, 'vendor', 0, 'Please pay.', 1700000250, 'vendor', 1700000250);
INSERT INTO attachments (id, key, message_id, uploader_id, file_name, stored_name, content_type, size, sha256, created_at) VALUES
 (1, 'k1', 1, 3, 'lamp.png', '00112233445566778899aabbccddeeff', 'image/png', 4,
  '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', 1700000100);
INSERT INTO ticket_tags VALUES (1, 1), (2, 1), (2, 2);
INSERT INTO events (id, kind, ticket_id, user_id, actor_id, before, after, created_at) VALUES
 (1, 'ticket.opened', 1, NULL, 3, 'null', 'null', 1700000100),
 (2, 'ticket.opened', 2, NULL, 3, 'null', 'null', 1700000200),
 (3, 'ticket.status', 1, NULL, 2, '"open"', '"resolved"', 1700000300),
 (4, 'user.added', NULL, 3, NULL, 'null', 'null', 1700000000);
INSERT INTO sessions VALUES (1, 2, 's1', '192.0.2.1', 'A browser', 1700000000, 1700000000, 4000000000);
INSERT INTO api_tokens VALUES (1, 2, 'script', 't1', 0, 1700000000, NULL, NULL, NULL);
INSERT INTO one_time_links VALUES (1, 'invite', 3, 'n1', 1700000000, 4000000000, NULL);
INSERT INTO rate_limits VALUES ('r1', 3, 1700000000, 4000000000);
INSERT INTO idempotency_keys VALUES (3, 'h1', 'r1', '{}', 1700000000);
