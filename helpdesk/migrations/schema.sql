-- A new desk's database. Made of the migrations by snapshot.py: don't edit.
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
CREATE TABLE categories (
	id INTEGER NOT NULL, 
	parent_id INTEGER, 
	name VARCHAR(100) NOT NULL, 
	is_active BOOLEAN NOT NULL, 
	deleted_at BIGINT, 
	created_by VARCHAR(16) NOT NULL, 
	created_at BIGINT NOT NULL, 
	modified_by VARCHAR(16) NOT NULL, 
	modified_at BIGINT NOT NULL, 
	CONSTRAINT pk_categories PRIMARY KEY (id), 
	CONSTRAINT fk_categories_parent_id FOREIGN KEY(parent_id) REFERENCES categories (id)
);
CREATE TABLE rate_limits (
	"key" VARCHAR(64) NOT NULL, 
	count INTEGER NOT NULL, 
	started_at BIGINT NOT NULL, 
	ends_at BIGINT NOT NULL, 
	CONSTRAINT pk_rate_limits PRIMARY KEY ("key")
);
CREATE TABLE shop (
	id INTEGER NOT NULL, 
	name VARCHAR(100) NOT NULL, 
	accent VARCHAR(7) NOT NULL, 
	logo_name VARCHAR(64), 
	logo_type VARCHAR(40), 
	modified_at BIGINT NOT NULL, time_zone VARCHAR(64) DEFAULT 'UTC' NOT NULL, business_hours JSON DEFAULT '[[540, 1020], [540, 1020], [540, 1020], [540, 1020], [540, 1020], null, null]' NOT NULL, hold_seconds INTEGER DEFAULT 10 NOT NULL, repeats_uncertain BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_shop PRIMARY KEY (id)
);
CREATE TABLE tags (
	id INTEGER NOT NULL, 
	name VARCHAR(40) NOT NULL, 
	CONSTRAINT pk_tags PRIMARY KEY (id), 
	CONSTRAINT uq_tags_name UNIQUE (name)
);
CREATE TABLE users (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	email VARCHAR(254) NOT NULL, 
	name VARCHAR(100) NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	password_hash VARCHAR(200), 
	language VARCHAR(12) NOT NULL, 
	disabled_at BIGINT, 
	created_at BIGINT NOT NULL, 
	modified_at BIGINT NOT NULL, company_id INTEGER CONSTRAINT fk_users_company_id REFERENCES companies (id), merged_into_id INTEGER CONSTRAINT fk_users_merged_into_id REFERENCES users (id), name_folded TEXT DEFAULT '' NOT NULL, email_state VARCHAR(16) NOT NULL DEFAULT 'confirmed', 
	CONSTRAINT uq_users_email UNIQUE (email)
);
CREATE TABLE api_tokens (
	id INTEGER NOT NULL, 
	user_id INTEGER NOT NULL, 
	name VARCHAR(100) NOT NULL, 
	token_hash VARCHAR(64) NOT NULL, 
	from_login BOOLEAN NOT NULL, 
	created_at BIGINT NOT NULL, 
	expires_at BIGINT, 
	last_used_at BIGINT, 
	revoked_at BIGINT, 
	CONSTRAINT pk_api_tokens PRIMARY KEY (id), 
	CONSTRAINT fk_api_tokens_user_id FOREIGN KEY(user_id) REFERENCES users (id), 
	CONSTRAINT uq_api_tokens_token_hash UNIQUE (token_hash)
);
CREATE TABLE idempotency_keys (
	user_id INTEGER NOT NULL, 
	key_hash VARCHAR(64) NOT NULL, 
	request_hash VARCHAR(64) NOT NULL, 
	answer TEXT NOT NULL, 
	created_at BIGINT NOT NULL, batch VARCHAR(32), 
	CONSTRAINT pk_idempotency_keys PRIMARY KEY (user_id, key_hash), 
	CONSTRAINT fk_idempotency_keys_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);
CREATE TABLE one_time_links (
	id INTEGER NOT NULL, 
	purpose VARCHAR(16) NOT NULL, 
	user_id INTEGER, 
	nonce VARCHAR(43) NOT NULL, 
	created_at BIGINT NOT NULL, 
	expires_at BIGINT, 
	used_at BIGINT, address VARCHAR(254), 
	CONSTRAINT pk_one_time_links PRIMARY KEY (id), 
	CONSTRAINT fk_one_time_links_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);
CREATE TABLE sessions (
	id INTEGER NOT NULL, 
	user_id INTEGER NOT NULL, 
	token_hash VARCHAR(64) NOT NULL, 
	ip VARCHAR(45) NOT NULL, 
	user_agent VARCHAR(300) NOT NULL, 
	created_at BIGINT NOT NULL, 
	last_seen_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, needs_factor BOOLEAN NOT NULL DEFAULT 0, proved_at BIGINT, last_ip VARCHAR(45) NOT NULL DEFAULT '', 
	CONSTRAINT pk_sessions PRIMARY KEY (id), 
	CONSTRAINT fk_sessions_user_id FOREIGN KEY(user_id) REFERENCES users (id), 
	CONSTRAINT uq_sessions_token_hash UNIQUE (token_hash)
);
CREATE TABLE tickets (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	subject VARCHAR(250) NOT NULL, 
	description TEXT NOT NULL, 
	requester_id INTEGER NOT NULL, 
	requester_kind VARCHAR(16) NOT NULL, 
	assignee_id INTEGER, 
	status VARCHAR(16) NOT NULL, 
	priority VARCHAR(16) NOT NULL, 
	category_id INTEGER, 
	subcategory_id INTEGER, 
	version INTEGER NOT NULL, 
	message_count INTEGER NOT NULL, 
	file_count INTEGER NOT NULL, 
	last_words VARCHAR(160) NOT NULL, 
	created_by_kind VARCHAR(16) NOT NULL, 
	created_at BIGINT NOT NULL, 
	modified_by_kind VARCHAR(16) NOT NULL, 
	modified_at BIGINT NOT NULL, 
	last_customer_at BIGINT, 
	last_staff_at BIGINT, 
	waiting_since BIGINT, 
	first_answer_at BIGINT, resolved_at BIGINT, place VARCHAR(16) DEFAULT 'inbox' NOT NULL, placed_at BIGINT, merged_into_id INTEGER CONSTRAINT fk_tickets_merged_into_id REFERENCES tickets (id), 
	CONSTRAINT fk_tickets_assignee_id FOREIGN KEY(assignee_id) REFERENCES users (id), 
	CONSTRAINT fk_tickets_category_id FOREIGN KEY(category_id) REFERENCES categories (id), 
	CONSTRAINT fk_tickets_requester_id FOREIGN KEY(requester_id) REFERENCES users (id), 
	CONSTRAINT fk_tickets_subcategory_id FOREIGN KEY(subcategory_id) REFERENCES categories (id)
);
CREATE TABLE events (
	id INTEGER NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	ticket_id INTEGER, 
	user_id INTEGER, 
	actor_id INTEGER, 
	"before" JSON NOT NULL, 
	"after" JSON NOT NULL, 
	created_at BIGINT NOT NULL, kept JSON DEFAULT 'null' NOT NULL, batch VARCHAR(32), undoes VARCHAR(32), 
	CONSTRAINT pk_events PRIMARY KEY (id), 
	CONSTRAINT fk_events_actor_id FOREIGN KEY(actor_id) REFERENCES users (id), 
	CONSTRAINT fk_events_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id), 
	CONSTRAINT fk_events_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);
CREATE TABLE messages (
	id INTEGER NOT NULL, 
	ticket_id INTEGER NOT NULL, 
	author_id INTEGER, 
	author_kind VARCHAR(16) NOT NULL, 
	internal BOOLEAN NOT NULL, 
	body TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	modified_by_kind VARCHAR(16) NOT NULL, 
	modified_at BIGINT NOT NULL, format VARCHAR(16) DEFAULT 'text' NOT NULL, 
	CONSTRAINT pk_messages PRIMARY KEY (id), 
	CONSTRAINT fk_messages_author_id FOREIGN KEY(author_id) REFERENCES users (id), 
	CONSTRAINT fk_messages_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id)
);
CREATE TABLE ticket_tags (
	ticket_id INTEGER NOT NULL, 
	tag_id INTEGER NOT NULL, 
	CONSTRAINT pk_ticket_tags PRIMARY KEY (ticket_id, tag_id), 
	CONSTRAINT fk_ticket_tags_tag_id FOREIGN KEY(tag_id) REFERENCES tags (id), 
	CONSTRAINT fk_ticket_tags_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id)
);
CREATE TABLE attachments (
	id INTEGER NOT NULL, 
	"key" VARCHAR(32) NOT NULL, 
	message_id INTEGER, 
	uploader_id INTEGER, 
	file_name VARCHAR(255) NOT NULL, 
	stored_name VARCHAR(64) NOT NULL, 
	content_type VARCHAR(100) NOT NULL, 
	size BIGINT NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	created_at BIGINT NOT NULL, draft_id INTEGER CONSTRAINT fk_attachments_draft_id REFERENCES drafts (id), held_reply_id INTEGER CONSTRAINT fk_attachments_held_reply_id REFERENCES held_replies (id), 
	CONSTRAINT pk_attachments PRIMARY KEY (id), 
	CONSTRAINT fk_attachments_message_id FOREIGN KEY(message_id) REFERENCES messages (id), 
	CONSTRAINT fk_attachments_uploader_id FOREIGN KEY(uploader_id) REFERENCES users (id), 
	CONSTRAINT uq_attachments_key UNIQUE ("key"), 
	CONSTRAINT uq_attachments_stored_name UNIQUE (stored_name)
);
CREATE TABLE sent_forms (
	user_id INTEGER NOT NULL, 
	key_hash VARCHAR(64) NOT NULL, 
	ticket_id INTEGER NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_sent_forms PRIMARY KEY (user_id, key_hash), 
	CONSTRAINT fk_sent_forms_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id), 
	CONSTRAINT fk_sent_forms_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);
CREATE TABLE companies (
	id INTEGER NOT NULL, 
	name VARCHAR(100) NOT NULL, 
	name_folded TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_companies PRIMARY KEY (id)
);
CREATE TABLE custom_fields (
	id INTEGER NOT NULL, 
	about VARCHAR(16) NOT NULL, 
	"key" VARCHAR(40) NOT NULL, 
	label VARCHAR(80) NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	choices JSON NOT NULL, 
	required_for VARCHAR(16) NOT NULL, 
	is_shown_to_customers BOOLEAN NOT NULL, 
	is_active BOOLEAN NOT NULL, 
	position INTEGER NOT NULL, 
	created_at BIGINT NOT NULL, 
	modified_at BIGINT NOT NULL, 
	CONSTRAINT pk_custom_fields PRIMARY KEY (id), 
	CONSTRAINT uq_custom_fields_about_key UNIQUE (about, "key")
);
CREATE TABLE company_domains (
	domain VARCHAR(253) NOT NULL, 
	company_id INTEGER NOT NULL, 
	CONSTRAINT pk_company_domains PRIMARY KEY (domain), 
	CONSTRAINT fk_company_domains_company_id FOREIGN KEY(company_id) REFERENCES companies (id)
);
CREATE TABLE customer_notes (
	id INTEGER NOT NULL, 
	user_id INTEGER NOT NULL, 
	author_id INTEGER, 
	body TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_customer_notes PRIMARY KEY (id), 
	CONSTRAINT fk_customer_notes_author_id FOREIGN KEY(author_id) REFERENCES users (id), 
	CONSTRAINT fk_customer_notes_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);
CREATE TABLE macros (
	id INTEGER NOT NULL, 
	owner_id INTEGER NOT NULL, 
	is_shared BOOLEAN NOT NULL, 
	folder VARCHAR(60) NOT NULL, 
	name VARCHAR(100) NOT NULL, 
	steps JSON NOT NULL, 
	created_at BIGINT NOT NULL, 
	modified_at BIGINT NOT NULL, 
	CONSTRAINT pk_macros PRIMARY KEY (id), 
	CONSTRAINT fk_macros_owner_id FOREIGN KEY(owner_id) REFERENCES users (id)
);
CREATE TABLE notice_choices (
	user_id INTEGER NOT NULL, 
	kind VARCHAR(24) NOT NULL, 
	in_page BOOLEAN NOT NULL, 
	in_browser BOOLEAN NOT NULL, by_mail BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_notice_choices PRIMARY KEY (user_id, kind), 
	CONSTRAINT fk_notice_choices_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);
CREATE TABLE saved_replies (
	id INTEGER NOT NULL, 
	owner_id INTEGER NOT NULL, 
	is_shared BOOLEAN NOT NULL, 
	folder VARCHAR(60) NOT NULL, 
	name VARCHAR(100) NOT NULL, 
	body TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	modified_at BIGINT NOT NULL, 
	CONSTRAINT pk_saved_replies PRIMARY KEY (id), 
	CONSTRAINT fk_saved_replies_owner_id FOREIGN KEY(owner_id) REFERENCES users (id)
);
CREATE TABLE saved_views (
	id INTEGER NOT NULL, 
	owner_id INTEGER NOT NULL, 
	is_shared BOOLEAN NOT NULL, 
	name VARCHAR(60) NOT NULL, 
	filters JSON NOT NULL, 
	sort VARCHAR(16) NOT NULL, 
	position INTEGER NOT NULL, 
	created_at BIGINT NOT NULL, 
	modified_at BIGINT NOT NULL, 
	deleted_at BIGINT, 
	CONSTRAINT pk_saved_views PRIMARY KEY (id), 
	CONSTRAINT fk_saved_views_owner_id FOREIGN KEY(owner_id) REFERENCES users (id)
);
CREATE TABLE drafts (
	id INTEGER NOT NULL, 
	ticket_id INTEGER NOT NULL, 
	user_id INTEGER NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	body TEXT NOT NULL, 
	choices JSON NOT NULL, 
	modified_at BIGINT NOT NULL, 
	discarded_at BIGINT, 
	CONSTRAINT pk_drafts PRIMARY KEY (id), 
	CONSTRAINT fk_drafts_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id), 
	CONSTRAINT fk_drafts_user_id FOREIGN KEY(user_id) REFERENCES users (id), 
	CONSTRAINT uq_drafts_user_id_ticket_id UNIQUE (user_id, ticket_id)
);
CREATE TABLE field_values (
	id INTEGER NOT NULL, 
	field_id INTEGER NOT NULL, 
	ticket_id INTEGER, 
	user_id INTEGER, 
	text TEXT NOT NULL, 
	number FLOAT, 
	CONSTRAINT pk_field_values PRIMARY KEY (id), 
	CONSTRAINT fk_field_values_field_id FOREIGN KEY(field_id) REFERENCES custom_fields (id), 
	CONSTRAINT fk_field_values_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id), 
	CONSTRAINT fk_field_values_user_id FOREIGN KEY(user_id) REFERENCES users (id), 
	CONSTRAINT uq_field_values_field_id_ticket_id UNIQUE (field_id, ticket_id), 
	CONSTRAINT uq_field_values_field_id_user_id UNIQUE (field_id, user_id)
);
CREATE TABLE held_replies (
	id INTEGER NOT NULL, 
	ticket_id INTEGER NOT NULL, 
	author_id INTEGER NOT NULL, 
	body TEXT NOT NULL, 
	format VARCHAR(16) NOT NULL, 
	choices JSON NOT NULL, 
	created_at BIGINT NOT NULL, 
	leaves_at BIGINT NOT NULL, 
	CONSTRAINT pk_held_replies PRIMARY KEY (id), 
	CONSTRAINT fk_held_replies_author_id FOREIGN KEY(author_id) REFERENCES users (id), 
	CONSTRAINT fk_held_replies_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id)
);
CREATE TABLE read_marks (
	user_id INTEGER NOT NULL, 
	ticket_id INTEGER NOT NULL, 
	message_id INTEGER, 
	marked_at BIGINT NOT NULL, 
	CONSTRAINT pk_read_marks PRIMARY KEY (user_id, ticket_id), 
	CONSTRAINT fk_read_marks_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id), 
	CONSTRAINT fk_read_marks_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);
CREATE TABLE ticket_links (
	low_id INTEGER NOT NULL, 
	high_id INTEGER NOT NULL, 
	created_by_id INTEGER, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_ticket_links PRIMARY KEY (low_id, high_id), 
	CONSTRAINT fk_ticket_links_created_by_id FOREIGN KEY(created_by_id) REFERENCES users (id), 
	CONSTRAINT fk_ticket_links_high_id FOREIGN KEY(high_id) REFERENCES tickets (id), 
	CONSTRAINT fk_ticket_links_low_id FOREIGN KEY(low_id) REFERENCES tickets (id)
);
CREATE TABLE notices (
	id INTEGER NOT NULL, 
	user_id INTEGER NOT NULL, 
	kind VARCHAR(24) NOT NULL, 
	ticket_id INTEGER NOT NULL, 
	event_id INTEGER NOT NULL, 
	batch VARCHAR(32), 
	tickets INTEGER NOT NULL, 
	created_at BIGINT NOT NULL, 
	seen_at BIGINT, 
	CONSTRAINT pk_notices PRIMARY KEY (id), 
	CONSTRAINT fk_notices_event_id FOREIGN KEY(event_id) REFERENCES events (id), 
	CONSTRAINT fk_notices_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id), 
	CONSTRAINT fk_notices_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);
CREATE TABLE mail_templates (
	kind VARCHAR(24) NOT NULL, 
	is_on BOOLEAN NOT NULL, 
	subject TEXT NOT NULL, 
	body TEXT NOT NULL, 
	modified_at BIGINT NOT NULL, 
	CONSTRAINT pk_mail_templates PRIMARY KEY (kind)
);
CREATE TABLE mailboxes (
	id INTEGER NOT NULL, 
	name VARCHAR(40) NOT NULL, 
	address VARCHAR(254) NOT NULL, 
	sender_name VARCHAR(100) NOT NULL, 
	category_id INTEGER, 
	signature TEXT NOT NULL, 
	imap_host VARCHAR(253) NOT NULL, 
	imap_port INTEGER NOT NULL, 
	imap_security VARCHAR(16) NOT NULL, 
	imap_user VARCHAR(254) NOT NULL, 
	imap_password VARCHAR(500) NOT NULL, 
	imap_password_file VARCHAR(500) NOT NULL, 
	imap_folder VARCHAR(200) NOT NULL, 
	files_old_mail BOOLEAN NOT NULL, 
	smtp_host VARCHAR(253) NOT NULL, 
	smtp_port INTEGER NOT NULL, 
	smtp_security VARCHAR(16) NOT NULL, 
	smtp_user VARCHAR(254) NOT NULL, 
	smtp_password VARCHAR(500) NOT NULL, 
	smtp_password_file VARCHAR(500) NOT NULL, 
	reply_tag VARCHAR(16) NOT NULL, 
	authserv_id VARCHAR(253) NOT NULL, 
	is_active BOOLEAN NOT NULL, 
	from_settings BOOLEAN NOT NULL, 
	uidvalidity BIGINT, 
	fetched_from TEXT NOT NULL, 
	refused JSON NOT NULL, 
	fetched_at BIGINT, 
	failing_since BIGINT, 
	last_error TEXT NOT NULL, 
	failed_from BIGINT, 
	recovered_at BIGINT, 
	smtp_failing_since BIGINT, 
	smtp_error TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_mailboxes PRIMARY KEY (id), 
	CONSTRAINT fk_mailboxes_category_id FOREIGN KEY(category_id) REFERENCES categories (id), 
	CONSTRAINT uq_mailboxes_address UNIQUE (address), 
	CONSTRAINT uq_mailboxes_name UNIQUE (name)
);
CREATE TABLE mailbox_checks (
	mailbox_id INTEGER NOT NULL, 
	run VARCHAR(32) NOT NULL, 
	steps JSON NOT NULL, 
	started_at BIGINT NOT NULL, 
	ended_at BIGINT, 
	CONSTRAINT pk_mailbox_checks PRIMARY KEY (mailbox_id), 
	CONSTRAINT fk_mailbox_checks_mailbox_id FOREIGN KEY(mailbox_id) REFERENCES mailboxes (id)
);
CREATE TABLE followers (
	ticket_id INTEGER NOT NULL, 
	user_id INTEGER NOT NULL, 
	added_by_id INTEGER, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_followers PRIMARY KEY (ticket_id, user_id), 
	CONSTRAINT fk_followers_added_by_id FOREIGN KEY(added_by_id) REFERENCES users (id), 
	CONSTRAINT fk_followers_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id), 
	CONSTRAINT fk_followers_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);
CREATE TABLE mail_threads (
	ticket_id INTEGER NOT NULL, 
	token VARCHAR(32) NOT NULL, 
	mailbox_id INTEGER, 
	CONSTRAINT pk_mail_threads PRIMARY KEY (ticket_id), 
	CONSTRAINT fk_mail_threads_mailbox_id FOREIGN KEY(mailbox_id) REFERENCES mailboxes (id), 
	CONSTRAINT fk_mail_threads_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id), 
	CONSTRAINT uq_mail_threads_token UNIQUE (token)
);
CREATE TABLE request_links (
	id INTEGER NOT NULL, 
	ticket_id INTEGER NOT NULL, 
	user_id INTEGER NOT NULL, 
	nonce VARCHAR(43) NOT NULL, 
	created_at BIGINT NOT NULL, 
	revoked_at BIGINT, 
	CONSTRAINT pk_request_links PRIMARY KEY (id), 
	CONSTRAINT fk_request_links_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id), 
	CONSTRAINT fk_request_links_user_id FOREIGN KEY(user_id) REFERENCES users (id), 
	CONSTRAINT uq_request_links_ticket_id_user_id UNIQUE (ticket_id, user_id)
);
CREATE TABLE outbox (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	kind VARCHAR(16) NOT NULL, 
	ticket_id INTEGER, 
	message_id INTEGER, 
	user_id INTEGER, 
	mailbox_id INTEGER, 
	recipient VARCHAR(254) NOT NULL, 
	mail_id VARCHAR(250) NOT NULL, 
	details JSON NOT NULL, 
	subject TEXT NOT NULL, 
	text TEXT NOT NULL, 
	html TEXT NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	attempts INTEGER NOT NULL, 
	said TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	sent_at BIGINT, 
	bounced_at BIGINT, 
	bounce TEXT NOT NULL, 
	CONSTRAINT fk_outbox_mailbox_id FOREIGN KEY(mailbox_id) REFERENCES mailboxes (id), 
	CONSTRAINT fk_outbox_message_id FOREIGN KEY(message_id) REFERENCES messages (id) ON DELETE SET NULL, 
	CONSTRAINT fk_outbox_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id), 
	CONSTRAINT fk_outbox_user_id FOREIGN KEY(user_id) REFERENCES users (id), 
	CONSTRAINT uq_outbox_mail_id UNIQUE (mail_id)
);
CREATE TABLE received_mails (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	mailbox_id INTEGER, 
	source VARCHAR(16) NOT NULL, 
	uidvalidity BIGINT, 
	uid BIGINT, 
	sha256 VARCHAR(64) NOT NULL, 
	size BIGINT NOT NULL, 
	arrived_at BIGINT NOT NULL, 
	outcome VARCHAR(16) NOT NULL, 
	reason TEXT NOT NULL, 
	decided_at BIGINT, 
	message_id TEXT NOT NULL, 
	essence VARCHAR(64) NOT NULL, 
	sender TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	ticket_id INTEGER, 
	filed_as_id INTEGER, 
	duplicate_of_id INTEGER, 
	forgotten_at BIGINT, 
	bounced_id INTEGER, 
	CONSTRAINT fk_received_mails_bounced_id FOREIGN KEY(bounced_id) REFERENCES outbox (id), 
	CONSTRAINT fk_received_mails_duplicate_of_id FOREIGN KEY(duplicate_of_id) REFERENCES received_mails (id), 
	CONSTRAINT fk_received_mails_filed_as_id FOREIGN KEY(filed_as_id) REFERENCES messages (id) ON DELETE SET NULL, 
	CONSTRAINT fk_received_mails_mailbox_id FOREIGN KEY(mailbox_id) REFERENCES mailboxes (id), 
	CONSTRAINT fk_received_mails_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id), 
	CONSTRAINT uq_received_mails_mailbox_id_uidvalidity_uid UNIQUE (mailbox_id, uidvalidity, uid)
);
CREATE TABLE mails_of_messages (
	message_id INTEGER NOT NULL, 
	received_id INTEGER NOT NULL, 
	sender TEXT NOT NULL, 
	quoted TEXT NOT NULL, 
	signature TEXT NOT NULL, 
	has_html BOOLEAN NOT NULL, 
	copied JSON NOT NULL, 
	remarks JSON NOT NULL, 
	related_ticket_id INTEGER, 
	CONSTRAINT pk_mails_of_messages PRIMARY KEY (message_id), 
	CONSTRAINT fk_mails_of_messages_message_id FOREIGN KEY(message_id) REFERENCES messages (id) ON DELETE CASCADE, 
	CONSTRAINT fk_mails_of_messages_received_id FOREIGN KEY(received_id) REFERENCES received_mails (id), 
	CONSTRAINT fk_mails_of_messages_related_ticket_id FOREIGN KEY(related_ticket_id) REFERENCES tickets (id)
);
CREATE TABLE jobs (
	id INTEGER NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	"key" VARCHAR(200), 
	payload JSON NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	lane VARCHAR(40) NOT NULL, 
	attempts INTEGER NOT NULL, 
	due_at BIGINT NOT NULL, 
	lease VARCHAR(80), 
	leased_until BIGINT, 
	last_error TEXT, 
	created_at BIGINT NOT NULL, 
	started_at BIGINT, 
	finished_at BIGINT, 
	CONSTRAINT pk_jobs PRIMARY KEY (id)
);
CREATE TABLE search_documents (
	slot INTEGER NOT NULL, 
	ticket_id INTEGER NOT NULL, 
	first_message_id INTEGER NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_search_documents PRIMARY KEY (slot), 
	CONSTRAINT uq_search_documents_ticket_id_first_message_id UNIQUE (ticket_id, first_message_id)
);
CREATE TABLE search_stale (
	ticket_id INTEGER NOT NULL, 
	message_id INTEGER NOT NULL, 
	CONSTRAINT pk_search_stale PRIMARY KEY (ticket_id, message_id)
)
 WITHOUT ROWID

;
CREATE TABLE search_later (
	ticket_id INTEGER NOT NULL, 
	CONSTRAINT pk_search_later PRIMARY KEY (ticket_id)
);
CREATE TABLE search_vocabulary (
	word VARCHAR NOT NULL, 
	CONSTRAINT pk_search_vocabulary PRIMARY KEY (word)
)
 WITHOUT ROWID

;
CREATE TABLE search_state (
	name VARCHAR(40) NOT NULL, 
	value BIGINT NOT NULL, 
	CONSTRAINT pk_search_state PRIMARY KEY (name)
);
CREATE VIRTUAL TABLE search_index USING fts5(subject, said, files, edges, notes, note_files, people, tags, note_edges, facts, content='', contentless_delete=1, tokenize="ascii tokenchars '_'");
CREATE TABLE tickets_by_assignee (
	place VARCHAR(16) NOT NULL, 
	status VARCHAR(16) NOT NULL, 
	assignee_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	CONSTRAINT pk_tickets_by_assignee PRIMARY KEY (place, status, assignee_id)
)
 WITHOUT ROWID

;
CREATE TABLE tickets_by_kind (
	place VARCHAR(16) NOT NULL, 
	status VARCHAR(16) NOT NULL, 
	priority VARCHAR(16) NOT NULL, 
	requester_kind VARCHAR(16) NOT NULL, 
	number INTEGER NOT NULL, 
	CONSTRAINT pk_tickets_by_kind PRIMARY KEY (place, status, priority, requester_kind)
)
 WITHOUT ROWID

;
CREATE TABLE tickets_by_category (
	place VARCHAR(16) NOT NULL, 
	status VARCHAR(16) NOT NULL, 
	category_id INTEGER NOT NULL, 
	subcategory_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	CONSTRAINT pk_tickets_by_category PRIMARY KEY (place, status, category_id, subcategory_id)
)
 WITHOUT ROWID

;
CREATE TABLE tickets_by_requester (
	requester_id INTEGER NOT NULL, 
	place VARCHAR(16) NOT NULL, 
	status VARCHAR(16) NOT NULL, 
	number INTEGER NOT NULL, 
	CONSTRAINT pk_tickets_by_requester PRIMARY KEY (requester_id, place, status)
)
 WITHOUT ROWID

;
CREATE TABLE tickets_by_all (
	place VARCHAR(16) NOT NULL, 
	status VARCHAR(16) NOT NULL, 
	assignee_id INTEGER NOT NULL, 
	category_id INTEGER NOT NULL, 
	subcategory_id INTEGER NOT NULL, 
	priority VARCHAR(16) NOT NULL, 
	requester_kind VARCHAR(16) NOT NULL, 
	number INTEGER NOT NULL, 
	CONSTRAINT pk_tickets_by_all PRIMARY KEY (place, status, assignee_id, category_id, subcategory_id, priority, requester_kind)
)
 WITHOUT ROWID

;
CREATE TABLE tickets_tagged (
	ticket_id INTEGER NOT NULL, 
	tag_id INTEGER NOT NULL, 
	place VARCHAR(16) NOT NULL, 
	status VARCHAR(16) NOT NULL, 
	created_at BIGINT NOT NULL, 
	last_words_at BIGINT NOT NULL, 
	waiting_first BIGINT NOT NULL, 
	urgent_first BIGINT NOT NULL, 
	CONSTRAINT pk_tickets_tagged PRIMARY KEY (ticket_id, tag_id)
)
 WITHOUT ROWID

;
CREATE TABLE stamps (
	name VARCHAR(40) NOT NULL, 
	value BIGINT NOT NULL, 
	CONSTRAINT pk_stamps PRIMARY KEY (name)
);
CREATE TABLE audit (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	kind VARCHAR(40) NOT NULL, 
	actor_id INTEGER, 
	subject_id INTEGER, 
	way VARCHAR(16) NOT NULL, 
	ip VARCHAR(45) NOT NULL, 
	device VARCHAR(160) NOT NULL, 
	details TEXT NOT NULL, 
	count INTEGER NOT NULL, 
	created_at BIGINT NOT NULL, 
	previous VARCHAR(64) NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	seal VARCHAR(64) NOT NULL
);
CREATE TABLE audit_failures (
	"key" VARCHAR(64) NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	subject_id INTEGER, 
	ip VARCHAR(45) NOT NULL, 
	minute BIGINT NOT NULL, 
	count INTEGER NOT NULL, 
	CONSTRAINT pk_audit_failures PRIMARY KEY ("key")
);
CREATE VIRTUAL TABLE user_parts USING fts5(parts, content='', contentless_delete=1, detail=none, prefix='1 2', tokenize="ascii tokenchars '!""#$%&''()*+,-./:;<=>?@[\]^_`{|}~'");
CREATE VIRTUAL TABLE company_parts USING fts5(parts, content='', contentless_delete=1, detail=none, prefix='1 2', tokenize="ascii tokenchars '!""#$%&''()*+,-./:;<=>?@[\]^_`{|}~'");
CREATE TABLE authenticator_apps (
	user_id INTEGER NOT NULL, 
	secret TEXT NOT NULL, 
	last_step BIGINT NOT NULL, 
	created_at BIGINT NOT NULL, 
	confirmed_at BIGINT, 
	CONSTRAINT pk_authenticator_apps PRIMARY KEY (user_id), 
	CONSTRAINT fk_authenticator_apps_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);
CREATE TABLE recovery_codes (
	id INTEGER NOT NULL, 
	user_id INTEGER NOT NULL, 
	code_hash VARCHAR(64) NOT NULL, 
	used_at BIGINT, 
	CONSTRAINT pk_recovery_codes PRIMARY KEY (id), 
	CONSTRAINT fk_recovery_codes_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);
CREATE TABLE passkeys (
	id INTEGER NOT NULL, 
	user_id INTEGER NOT NULL, 
	credential_id VARCHAR(1400) NOT NULL, 
	public_key TEXT NOT NULL, 
	sign_count BIGINT NOT NULL, 
	transports VARCHAR(100) NOT NULL, 
	name VARCHAR(100) NOT NULL, 
	created_at BIGINT NOT NULL, 
	last_used_at BIGINT, 
	CONSTRAINT pk_passkeys PRIMARY KEY (id), 
	CONSTRAINT fk_passkeys_user_id FOREIGN KEY(user_id) REFERENCES users (id), 
	CONSTRAINT uq_passkeys_credential_id UNIQUE (credential_id)
);
CREATE TABLE devices (
	id INTEGER NOT NULL, 
	user_id INTEGER NOT NULL, 
	token_hash VARCHAR(64) NOT NULL, 
	user_agent VARCHAR(300) NOT NULL, 
	ip VARCHAR(45) NOT NULL, 
	created_at BIGINT NOT NULL, 
	last_seen_at BIGINT NOT NULL, 
	trusted_until BIGINT, 
	CONSTRAINT pk_devices PRIMARY KEY (id), 
	CONSTRAINT fk_devices_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);
CREATE TABLE sign_in_steps (
	id INTEGER NOT NULL, 
	token_hash VARCHAR(64) NOT NULL, 
	user_id INTEGER NOT NULL, 
	"by" VARCHAR(16) NOT NULL, 
	attempts INTEGER NOT NULL, 
	created_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	CONSTRAINT pk_sign_in_steps PRIMARY KEY (id), 
	CONSTRAINT fk_sign_in_steps_user_id FOREIGN KEY(user_id) REFERENCES users (id), 
	CONSTRAINT uq_sign_in_steps_token_hash UNIQUE (token_hash)
);
CREATE TABLE spent_challenges (
	"key" VARCHAR(64) NOT NULL, 
	expires_at BIGINT NOT NULL, 
	CONSTRAINT pk_spent_challenges PRIMARY KEY ("key")
);
CREATE TABLE sign_in_rules (
	id INTEGER NOT NULL, 
	second_factor_for VARCHAR(16) NOT NULL, 
	CONSTRAINT pk_sign_in_rules PRIMARY KEY (id)
);
CREATE TABLE imported (
	source VARCHAR(40) NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	external_id VARCHAR(200) NOT NULL, 
	our_id BIGINT NOT NULL, 
	CONSTRAINT pk_imported PRIMARY KEY (source, kind, external_id)
)
 WITHOUT ROWID

;
CREATE TABLE backup_plan (
	id INTEGER NOT NULL, 
	is_on BOOLEAN NOT NULL, 
	hour INTEGER NOT NULL, 
	days INTEGER NOT NULL, 
	weeks INTEGER NOT NULL, 
	months INTEGER NOT NULL, 
	next_at BIGINT, 
	made_at BIGINT, 
	failed_at BIGINT, 
	failure TEXT NOT NULL, 
	CONSTRAINT pk_backup_plan PRIMARY KEY (id)
);
CREATE TABLE person_archives (
	id INTEGER NOT NULL, 
	user_id INTEGER NOT NULL, 
	asked_by_id INTEGER, 
	with_notes BOOLEAN NOT NULL, 
	stored_name VARCHAR(64), 
	size BIGINT NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	has_failed BOOLEAN NOT NULL, 
	created_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	CONSTRAINT pk_person_archives PRIMARY KEY (id), 
	CONSTRAINT fk_person_archives_user_id FOREIGN KEY(user_id) REFERENCES users (id), 
	CONSTRAINT fk_person_archives_asked_by_id FOREIGN KEY(asked_by_id) REFERENCES users (id)
);
CREATE TABLE erasures (
	id INTEGER NOT NULL, 
	user_id INTEGER NOT NULL, 
	asked_by_id INTEGER, 
	asked_at BIGINT NOT NULL, 
	finished_at BIGINT, 
	is_blanking BOOLEAN NOT NULL, 
	done_to INTEGER NOT NULL, 
	sought JSON, 
	counts JSON NOT NULL, 
	CONSTRAINT pk_erasures PRIMARY KEY (id), 
	CONSTRAINT fk_erasures_user_id FOREIGN KEY(user_id) REFERENCES users (id), 
	CONSTRAINT fk_erasures_asked_by_id FOREIGN KEY(asked_by_id) REFERENCES users (id), 
	CONSTRAINT uq_erasures_user_id UNIQUE (user_id)
);
CREATE TABLE webhooks (
	id INTEGER NOT NULL, 
	name VARCHAR(100) NOT NULL, 
	url VARCHAR(2000) NOT NULL, 
	kinds JSON NOT NULL, 
	secret TEXT NOT NULL, 
	old_secret TEXT, 
	old_secret_until BIGINT, 
	is_active BOOLEAN NOT NULL, 
	why_paused TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	delivered_at BIGINT, 
	failing_since BIGINT, 
	failures INTEGER NOT NULL, 
	last_error TEXT NOT NULL, 
	rests_until BIGINT, 
	lease VARCHAR(32), 
	CONSTRAINT pk_webhooks PRIMARY KEY (id)
);
CREATE TABLE webhook_deliveries (
	id INTEGER NOT NULL, 
	"key" VARCHAR(40) NOT NULL, 
	webhook_id INTEGER NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	event_id INTEGER, 
	ticket_id INTEGER, 
	state VARCHAR(16) NOT NULL, 
	attempts INTEGER NOT NULL, 
	due_at BIGINT NOT NULL, 
	body TEXT, 
	created_at BIGINT NOT NULL, 
	finished_at BIGINT, 
	CONSTRAINT pk_webhook_deliveries PRIMARY KEY (id), 
	CONSTRAINT fk_webhook_deliveries_webhook_id FOREIGN KEY(webhook_id) REFERENCES webhooks (id), 
	CONSTRAINT fk_webhook_deliveries_event_id FOREIGN KEY(event_id) REFERENCES events (id), 
	CONSTRAINT fk_webhook_deliveries_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id), 
	CONSTRAINT uq_webhook_deliveries_key UNIQUE ("key")
);
CREATE TABLE webhook_attempts (
	id INTEGER NOT NULL, 
	delivery_id INTEGER NOT NULL, 
	begun_at BIGINT NOT NULL, 
	took_ms INTEGER NOT NULL, 
	status INTEGER, 
	answer TEXT NOT NULL, 
	error TEXT NOT NULL, 
	CONSTRAINT pk_webhook_attempts PRIMARY KEY (id), 
	CONSTRAINT fk_webhook_attempts_delivery_id FOREIGN KEY(delivery_id) REFERENCES webhook_deliveries (id)
);
CREATE TABLE health_report (
	id INTEGER NOT NULL, 
	findings JSON NOT NULL, 
	errors INTEGER NOT NULL, 
	is_deep BOOLEAN NOT NULL, 
	made_at BIGINT, 
	failure TEXT NOT NULL, 
	done INTEGER NOT NULL, 
	total INTEGER NOT NULL, 
	next_at BIGINT, 
	CONSTRAINT pk_health_report PRIMARY KEY (id)
);
INSERT INTO "alembic_version" ("version_num") VALUES ('0019');
INSERT INTO "search_state" ("name", "value") VALUES ('forgotten', 0);
INSERT INTO "search_state" ("name", "value") VALUES ('rebuilding', 0);
INSERT INTO "stamps" ("name", "value") VALUES ('categories', 0);
INSERT INTO "stamps" ("name", "value") VALUES ('custom_fields', 0);
INSERT INTO "stamps" ("name", "value") VALUES ('mailboxes', 0);
INSERT INTO "stamps" ("name", "value") VALUES ('notice_choices', 0);
INSERT INTO "stamps" ("name", "value") VALUES ('saved_views', 0);
INSERT INTO "stamps" ("name", "value") VALUES ('shop', 0);
INSERT INTO "stamps" ("name", "value") VALUES ('staff', 0);
INSERT INTO "stamps" ("name", "value") VALUES ('webhooks', 0);
CREATE INDEX ix_categories_parent_id ON categories (parent_id);
CREATE INDEX ix_rate_limits_ends_at ON rate_limits (ends_at);
CREATE INDEX ix_api_tokens_user_id ON api_tokens (user_id);
CREATE INDEX ix_idempotency_keys_created_at ON idempotency_keys (created_at);
CREATE INDEX ix_one_time_links_user_id ON one_time_links (user_id);
CREATE INDEX ix_sessions_expires_at ON sessions (expires_at);
CREATE INDEX ix_sessions_user_id ON sessions (user_id);
CREATE INDEX ix_events_ticket ON events (ticket_id, id);
CREATE INDEX ix_events_user ON events (user_id, id);
CREATE INDEX ix_messages_author_id ON messages (author_id);
CREATE INDEX ix_messages_ticket ON messages (ticket_id, created_at, id);
CREATE INDEX ix_ticket_tags_tag_id ON ticket_tags (tag_id);
CREATE INDEX ix_attachments_message_id ON attachments (message_id);
CREATE TRIGGER events_no_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE INDEX ix_sent_forms_created_at ON sent_forms (created_at);
CREATE INDEX ix_companies_name_folded ON companies (name_folded);
CREATE INDEX ix_company_domains_company_id ON company_domains (company_id);
CREATE INDEX ix_customer_notes_user_id ON customer_notes (user_id);
CREATE INDEX ix_macros_owner_id ON macros (owner_id);
CREATE INDEX ix_saved_replies_owner_id ON saved_replies (owner_id);
CREATE INDEX ix_saved_views_owner_id ON saved_views (owner_id);
CREATE INDEX ix_drafts_ticket_id ON drafts (ticket_id);
CREATE INDEX ix_field_values_number ON field_values (field_id, number);
CREATE INDEX ix_field_values_text ON field_values (field_id, text);
CREATE INDEX ix_field_values_ticket ON field_values (ticket_id);
CREATE INDEX ix_field_values_user ON field_values (user_id);
CREATE INDEX ix_held_replies_leaves_at ON held_replies (leaves_at);
CREATE INDEX ix_held_replies_ticket_id ON held_replies (ticket_id);
CREATE INDEX ix_ticket_links_high_id ON ticket_links (high_id);
CREATE INDEX ix_notices_batch ON notices (batch);
CREATE INDEX ix_notices_ticket_id ON notices (ticket_id);
CREATE INDEX ix_notices_user ON notices (user_id, id);
CREATE INDEX ix_users_name_folded ON users (name_folded, id);
CREATE INDEX ix_users_merged_into_id ON users (merged_into_id);
CREATE INDEX ix_tickets_place ON tickets (place, placed_at, id);
CREATE INDEX ix_tickets_merged_into ON tickets (merged_into_id);
CREATE INDEX ix_tickets_opened ON tickets (place, created_at, first_answer_at, resolved_at, created_by_kind, requester_kind, status, category_id, subcategory_id, assignee_id);
CREATE INDEX ix_tickets_solved ON tickets (place, resolved_at, created_at, requester_kind, category_id, subcategory_id, assignee_id);
CREATE INDEX ix_messages_answers ON messages (author_kind, internal, created_at, author_id, ticket_id);
CREATE INDEX ix_attachments_draft_id ON attachments (draft_id);
CREATE INDEX ix_attachments_held_reply_id ON attachments (held_reply_id);
CREATE INDEX ix_events_batch ON events (batch);
CREATE UNIQUE INDEX ix_events_undoes ON events (undoes);
CREATE INDEX ix_idempotency_keys_batch ON idempotency_keys (batch);
CREATE INDEX ix_mailboxes_category_id ON mailboxes (category_id);
CREATE INDEX ix_followers_user_id ON followers (user_id);
CREATE INDEX ix_mail_threads_mailbox_id ON mail_threads (mailbox_id);
CREATE INDEX ix_request_links_user_id ON request_links (user_id);
CREATE INDEX ix_outbox_mailbox_id ON outbox (mailbox_id);
CREATE INDEX ix_outbox_message_id ON outbox (message_id);
CREATE INDEX ix_outbox_recipient ON outbox (recipient, kind, created_at);
CREATE INDEX ix_outbox_state ON outbox (state, id);
CREATE INDEX ix_outbox_ticket ON outbox (ticket_id);
CREATE INDEX ix_outbox_user_id ON outbox (user_id);
CREATE INDEX ix_received_mails_bounced_id ON received_mails (bounced_id);
CREATE INDEX ix_received_mails_essence ON received_mails (essence);
CREATE INDEX ix_received_mails_filed_as_id ON received_mails (filed_as_id);
CREATE INDEX ix_received_mails_message_id ON received_mails (message_id);
CREATE INDEX ix_received_mails_outcome ON received_mails (outcome, id);
CREATE INDEX ix_received_mails_sha256 ON received_mails (sha256);
CREATE INDEX ix_received_mails_ticket ON received_mails (ticket_id);
CREATE INDEX ix_mails_of_messages_received_id ON mails_of_messages (received_id);
CREATE TRIGGER received_mails_no_delete BEFORE DELETE ON received_mails BEGIN SELECT RAISE(ABORT, 'the ledger never loses a row'); END;
CREATE TRIGGER received_mails_no_update BEFORE UPDATE ON received_mails WHEN OLD.id IS NOT NEW.id OR OLD.source IS NOT NEW.source OR OLD.mailbox_id IS NOT NEW.mailbox_id OR OLD.uidvalidity IS NOT NEW.uidvalidity OR OLD.uid IS NOT NEW.uid OR OLD.arrived_at IS NOT NEW.arrived_at OR (OLD.sha256 != '' AND (OLD.sha256 IS NOT NEW.sha256 OR OLD.size IS NOT NEW.size)) BEGIN SELECT RAISE(ABORT, 'the ledger keeps what came'); END;
CREATE INDEX ix_jobs_due ON jobs (state, lane, due_at, id);
CREATE INDEX ix_jobs_finished ON jobs (state, finished_at);
CREATE UNIQUE INDEX ix_jobs_key ON jobs (kind, "key") WHERE state = 'waiting';
CREATE TRIGGER search_tickets_insert AFTER INSERT ON tickets BEGIN INSERT INTO search_stale (ticket_id, message_id) VALUES (new.id, 0) ON CONFLICT DO NOTHING; END;
CREATE TRIGGER search_tickets_update AFTER UPDATE OF subject, description, requester_id, category_id, subcategory_id, created_at, place ON tickets WHEN old.subject IS NOT new.subject OR old.description IS NOT new.description OR old.requester_id IS NOT new.requester_id OR old.category_id IS NOT new.category_id OR old.subcategory_id IS NOT new.subcategory_id OR old.created_at IS NOT new.created_at OR old.place IS NOT new.place BEGIN INSERT INTO search_stale (ticket_id, message_id) VALUES (new.id, 0) ON CONFLICT DO NOTHING; END;
CREATE TRIGGER search_tickets_delete AFTER DELETE ON tickets BEGIN INSERT INTO search_stale (ticket_id, message_id) VALUES (old.id, 0) ON CONFLICT DO NOTHING; END;
CREATE TRIGGER search_messages_insert AFTER INSERT ON messages BEGIN INSERT INTO search_stale (ticket_id, message_id) VALUES (new.ticket_id, new.id) ON CONFLICT DO NOTHING; END;
CREATE TRIGGER search_messages_update AFTER UPDATE OF body, internal, ticket_id ON messages WHEN old.body IS NOT new.body OR old.internal IS NOT new.internal OR old.ticket_id IS NOT new.ticket_id BEGIN INSERT INTO search_stale (ticket_id, message_id) VALUES (old.ticket_id, new.id), (new.ticket_id, new.id) ON CONFLICT DO NOTHING; END;
CREATE TRIGGER search_messages_delete AFTER DELETE ON messages BEGIN INSERT INTO search_stale (ticket_id, message_id) VALUES (old.ticket_id, old.id) ON CONFLICT DO NOTHING; END;
CREATE TRIGGER search_attachments_insert AFTER INSERT ON attachments BEGIN INSERT INTO search_stale (ticket_id, message_id) SELECT ticket_id, id FROM messages WHERE id IN (new.message_id) ON CONFLICT DO NOTHING; END;
CREATE TRIGGER search_attachments_update AFTER UPDATE OF message_id, file_name ON attachments WHEN old.message_id IS NOT new.message_id OR old.file_name IS NOT new.file_name BEGIN INSERT INTO search_stale (ticket_id, message_id) SELECT ticket_id, id FROM messages WHERE id IN (old.message_id, new.message_id) ON CONFLICT DO NOTHING; END;
CREATE TRIGGER search_attachments_delete AFTER DELETE ON attachments BEGIN INSERT INTO search_stale (ticket_id, message_id) SELECT ticket_id, id FROM messages WHERE id IN (old.message_id) ON CONFLICT DO NOTHING; END;
CREATE TRIGGER search_ticket_tags_insert AFTER INSERT ON ticket_tags BEGIN INSERT INTO search_stale (ticket_id, message_id) VALUES (new.ticket_id, 0) ON CONFLICT DO NOTHING; END;
CREATE TRIGGER search_ticket_tags_delete AFTER DELETE ON ticket_tags BEGIN INSERT INTO search_stale (ticket_id, message_id) VALUES (old.ticket_id, 0) ON CONFLICT DO NOTHING; END;
CREATE TRIGGER search_tags_update AFTER UPDATE OF name ON tags WHEN old.name IS NOT new.name BEGIN INSERT INTO search_stale (ticket_id, message_id) SELECT ticket_id, 0 FROM ticket_tags WHERE tag_id = new.id ON CONFLICT DO NOTHING; END;
CREATE TRIGGER search_users_update AFTER UPDATE OF name, email ON users WHEN old.name IS NOT new.name OR old.email IS NOT new.email BEGIN INSERT INTO search_stale (ticket_id, message_id) SELECT id, 0 FROM tickets WHERE requester_id = new.id ON CONFLICT DO NOTHING; END;
CREATE INDEX ix_tickets_newest ON tickets (place, status, created_at, id, priority, assignee_id, requester_id, requester_kind, category_id, subcategory_id, waiting_since, last_customer_at, last_staff_at, first_answer_at, resolved_at, file_count);
CREATE INDEX ix_tickets_last_words ON tickets (place, status, CASE WHEN coalesce(last_customer_at, 0) >= coalesce(last_staff_at, 0) THEN coalesce(last_customer_at, 0) ELSE coalesce(last_staff_at, 0) END, id);
CREATE INDEX ix_tickets_waiting ON tickets (place, status, coalesce(waiting_since, 1099511627776), id);
CREATE INDEX ix_tickets_urgent ON tickets (place, status, CASE priority WHEN 'urgent' THEN 0 WHEN 'high' THEN 1 WHEN 'normal' THEN 2 ELSE 3 END * 2199023255552 + coalesce(waiting_since, 1099511627776), id);
CREATE INDEX ix_tickets_assignee_newest ON tickets (assignee_id, place, status, created_at, id);
CREATE INDEX ix_tickets_assignee_last_words ON tickets (assignee_id, place, status, CASE WHEN coalesce(last_customer_at, 0) >= coalesce(last_staff_at, 0) THEN coalesce(last_customer_at, 0) ELSE coalesce(last_staff_at, 0) END, id);
CREATE INDEX ix_tickets_assignee_waiting ON tickets (assignee_id, place, status, coalesce(waiting_since, 1099511627776), id);
CREATE INDEX ix_tickets_category ON tickets (category_id, place, status, created_at, id);
CREATE INDEX ix_tickets_category_last_words ON tickets (category_id, place, status, CASE WHEN coalesce(last_customer_at, 0) >= coalesce(last_staff_at, 0) THEN coalesce(last_customer_at, 0) ELSE coalesce(last_staff_at, 0) END, id);
CREATE INDEX ix_tickets_requester_newest ON tickets (requester_id, created_at, id, place, status);
CREATE INDEX ix_tickets_requester_last_words ON tickets (requester_id, CASE WHEN coalesce(last_customer_at, 0) >= coalesce(last_staff_at, 0) THEN coalesce(last_customer_at, 0) ELSE coalesce(last_staff_at, 0) END, id, place, status);
CREATE INDEX ix_tickets_tagged_newest ON tickets_tagged (tag_id, place, status, created_at, ticket_id);
CREATE INDEX ix_tickets_tagged_activity ON tickets_tagged (tag_id, place, status, last_words_at, ticket_id);
CREATE INDEX ix_tickets_tagged_waiting ON tickets_tagged (tag_id, place, status, waiting_first, ticket_id);
CREATE INDEX ix_tickets_tagged_priority ON tickets_tagged (tag_id, place, status, urgent_first, ticket_id);
CREATE TRIGGER tickets_counted_insert AFTER INSERT ON tickets BEGIN INSERT INTO tickets_by_assignee (place, status, assignee_id, number) VALUES (NEW.place, NEW.status, coalesce(NEW.assignee_id, 0), 0 + 1) ON CONFLICT DO UPDATE SET number = number + 1; INSERT INTO tickets_by_kind (place, status, priority, requester_kind, number) VALUES (NEW.place, NEW.status, NEW.priority, NEW.requester_kind, 0 + 1) ON CONFLICT DO UPDATE SET number = number + 1; INSERT INTO tickets_by_category (place, status, category_id, subcategory_id, number) VALUES (NEW.place, NEW.status, coalesce(NEW.category_id, 0), coalesce(NEW.subcategory_id, 0), 0 + 1) ON CONFLICT DO UPDATE SET number = number + 1; INSERT INTO tickets_by_requester (requester_id, place, status, number) VALUES (NEW.requester_id, NEW.place, NEW.status, 0 + 1) ON CONFLICT DO UPDATE SET number = number + 1; INSERT INTO tickets_by_all (place, status, assignee_id, category_id, subcategory_id, priority, requester_kind, number) VALUES (NEW.place, NEW.status, coalesce(NEW.assignee_id, 0), coalesce(NEW.category_id, 0), coalesce(NEW.subcategory_id, 0), NEW.priority, NEW.requester_kind, 0 + 1) ON CONFLICT DO UPDATE SET number = number + 1; END;
CREATE TRIGGER tickets_counted_delete AFTER DELETE ON tickets BEGIN INSERT INTO tickets_by_assignee (place, status, assignee_id, number) VALUES (OLD.place, OLD.status, coalesce(OLD.assignee_id, 0), 0 - 1) ON CONFLICT DO UPDATE SET number = number - 1; INSERT INTO tickets_by_kind (place, status, priority, requester_kind, number) VALUES (OLD.place, OLD.status, OLD.priority, OLD.requester_kind, 0 - 1) ON CONFLICT DO UPDATE SET number = number - 1; INSERT INTO tickets_by_category (place, status, category_id, subcategory_id, number) VALUES (OLD.place, OLD.status, coalesce(OLD.category_id, 0), coalesce(OLD.subcategory_id, 0), 0 - 1) ON CONFLICT DO UPDATE SET number = number - 1; INSERT INTO tickets_by_requester (requester_id, place, status, number) VALUES (OLD.requester_id, OLD.place, OLD.status, 0 - 1) ON CONFLICT DO UPDATE SET number = number - 1; INSERT INTO tickets_by_all (place, status, assignee_id, category_id, subcategory_id, priority, requester_kind, number) VALUES (OLD.place, OLD.status, coalesce(OLD.assignee_id, 0), coalesce(OLD.category_id, 0), coalesce(OLD.subcategory_id, 0), OLD.priority, OLD.requester_kind, 0 - 1) ON CONFLICT DO UPDATE SET number = number - 1; END;
CREATE TRIGGER tickets_counted_update AFTER UPDATE OF place, status, assignee_id, priority, requester_kind, category_id, subcategory_id, requester_id ON tickets WHEN NEW.place IS NOT OLD.place OR NEW.status IS NOT OLD.status OR NEW.assignee_id IS NOT OLD.assignee_id OR NEW.priority IS NOT OLD.priority OR NEW.requester_kind IS NOT OLD.requester_kind OR NEW.category_id IS NOT OLD.category_id OR NEW.subcategory_id IS NOT OLD.subcategory_id OR NEW.requester_id IS NOT OLD.requester_id BEGIN INSERT INTO tickets_by_assignee (place, status, assignee_id, number) VALUES (OLD.place, OLD.status, coalesce(OLD.assignee_id, 0), 0 - 1) ON CONFLICT DO UPDATE SET number = number - 1; INSERT INTO tickets_by_kind (place, status, priority, requester_kind, number) VALUES (OLD.place, OLD.status, OLD.priority, OLD.requester_kind, 0 - 1) ON CONFLICT DO UPDATE SET number = number - 1; INSERT INTO tickets_by_category (place, status, category_id, subcategory_id, number) VALUES (OLD.place, OLD.status, coalesce(OLD.category_id, 0), coalesce(OLD.subcategory_id, 0), 0 - 1) ON CONFLICT DO UPDATE SET number = number - 1; INSERT INTO tickets_by_requester (requester_id, place, status, number) VALUES (OLD.requester_id, OLD.place, OLD.status, 0 - 1) ON CONFLICT DO UPDATE SET number = number - 1; INSERT INTO tickets_by_all (place, status, assignee_id, category_id, subcategory_id, priority, requester_kind, number) VALUES (OLD.place, OLD.status, coalesce(OLD.assignee_id, 0), coalesce(OLD.category_id, 0), coalesce(OLD.subcategory_id, 0), OLD.priority, OLD.requester_kind, 0 - 1) ON CONFLICT DO UPDATE SET number = number - 1; INSERT INTO tickets_by_assignee (place, status, assignee_id, number) VALUES (NEW.place, NEW.status, coalesce(NEW.assignee_id, 0), 0 + 1) ON CONFLICT DO UPDATE SET number = number + 1; INSERT INTO tickets_by_kind (place, status, priority, requester_kind, number) VALUES (NEW.place, NEW.status, NEW.priority, NEW.requester_kind, 0 + 1) ON CONFLICT DO UPDATE SET number = number + 1; INSERT INTO tickets_by_category (place, status, category_id, subcategory_id, number) VALUES (NEW.place, NEW.status, coalesce(NEW.category_id, 0), coalesce(NEW.subcategory_id, 0), 0 + 1) ON CONFLICT DO UPDATE SET number = number + 1; INSERT INTO tickets_by_requester (requester_id, place, status, number) VALUES (NEW.requester_id, NEW.place, NEW.status, 0 + 1) ON CONFLICT DO UPDATE SET number = number + 1; INSERT INTO tickets_by_all (place, status, assignee_id, category_id, subcategory_id, priority, requester_kind, number) VALUES (NEW.place, NEW.status, coalesce(NEW.assignee_id, 0), coalesce(NEW.category_id, 0), coalesce(NEW.subcategory_id, 0), NEW.priority, NEW.requester_kind, 0 + 1) ON CONFLICT DO UPDATE SET number = number + 1; END;
CREATE TRIGGER tickets_tagged_insert AFTER INSERT ON ticket_tags BEGIN INSERT INTO tickets_tagged (ticket_id, tag_id, place, status, created_at, last_words_at, waiting_first, urgent_first) SELECT tickets.id, NEW.tag_id, place, status, created_at, CASE WHEN coalesce(last_customer_at, 0) >= coalesce(last_staff_at, 0) THEN coalesce(last_customer_at, 0) ELSE coalesce(last_staff_at, 0) END, coalesce(waiting_since, 1099511627776), CASE priority WHEN 'urgent' THEN 0 WHEN 'high' THEN 1 WHEN 'normal' THEN 2 ELSE 3 END * 2199023255552 + coalesce(waiting_since, 1099511627776) FROM tickets WHERE id = NEW.ticket_id; END;
CREATE TRIGGER tickets_tagged_delete AFTER DELETE ON ticket_tags BEGIN DELETE FROM tickets_tagged WHERE ticket_id = OLD.ticket_id AND tag_id = OLD.tag_id; END;
CREATE TRIGGER tickets_tagged_update AFTER UPDATE ON ticket_tags BEGIN DELETE FROM tickets_tagged WHERE ticket_id = OLD.ticket_id AND tag_id = OLD.tag_id; INSERT INTO tickets_tagged (ticket_id, tag_id, place, status, created_at, last_words_at, waiting_first, urgent_first) SELECT tickets.id, NEW.tag_id, place, status, created_at, CASE WHEN coalesce(last_customer_at, 0) >= coalesce(last_staff_at, 0) THEN coalesce(last_customer_at, 0) ELSE coalesce(last_staff_at, 0) END, coalesce(waiting_since, 1099511627776), CASE priority WHEN 'urgent' THEN 0 WHEN 'high' THEN 1 WHEN 'normal' THEN 2 ELSE 3 END * 2199023255552 + coalesce(waiting_since, 1099511627776) FROM tickets WHERE id = NEW.ticket_id; END;
CREATE TRIGGER tickets_tagged_moved AFTER UPDATE OF place, status, priority, created_at, last_customer_at, last_staff_at, waiting_since ON tickets WHEN NEW.place IS NOT OLD.place OR NEW.status IS NOT OLD.status OR NEW.priority IS NOT OLD.priority OR NEW.created_at IS NOT OLD.created_at OR NEW.last_customer_at IS NOT OLD.last_customer_at OR NEW.last_staff_at IS NOT OLD.last_staff_at OR NEW.waiting_since IS NOT OLD.waiting_since BEGIN UPDATE tickets_tagged SET (place, status, created_at, last_words_at, waiting_first, urgent_first) = (SELECT place, status, created_at, CASE WHEN coalesce(last_customer_at, 0) >= coalesce(last_staff_at, 0) THEN coalesce(last_customer_at, 0) ELSE coalesce(last_staff_at, 0) END, coalesce(waiting_since, 1099511627776), CASE priority WHEN 'urgent' THEN 0 WHEN 'high' THEN 1 WHEN 'normal' THEN 2 ELSE 3 END * 2199023255552 + coalesce(waiting_since, 1099511627776) FROM tickets WHERE id = NEW.id) WHERE ticket_id = NEW.id; END;
CREATE TRIGGER categories_stamped_by_insert AFTER INSERT ON categories BEGIN UPDATE stamps SET value = random() WHERE name = 'categories'; END;
CREATE TRIGGER categories_stamped_by_update AFTER UPDATE ON categories BEGIN UPDATE stamps SET value = random() WHERE name = 'categories'; END;
CREATE TRIGGER categories_stamped_by_delete AFTER DELETE ON categories BEGIN UPDATE stamps SET value = random() WHERE name = 'categories'; END;
CREATE TRIGGER custom_fields_stamped_by_insert AFTER INSERT ON custom_fields BEGIN UPDATE stamps SET value = random() WHERE name = 'custom_fields'; END;
CREATE TRIGGER custom_fields_stamped_by_update AFTER UPDATE ON custom_fields BEGIN UPDATE stamps SET value = random() WHERE name = 'custom_fields'; END;
CREATE TRIGGER custom_fields_stamped_by_delete AFTER DELETE ON custom_fields BEGIN UPDATE stamps SET value = random() WHERE name = 'custom_fields'; END;
CREATE TRIGGER saved_views_stamped_by_insert AFTER INSERT ON saved_views BEGIN UPDATE stamps SET value = random() WHERE name = 'saved_views'; END;
CREATE TRIGGER saved_views_stamped_by_update AFTER UPDATE ON saved_views BEGIN UPDATE stamps SET value = random() WHERE name = 'saved_views'; END;
CREATE TRIGGER saved_views_stamped_by_delete AFTER DELETE ON saved_views BEGIN UPDATE stamps SET value = random() WHERE name = 'saved_views'; END;
CREATE TRIGGER shop_stamped_by_insert AFTER INSERT ON shop BEGIN UPDATE stamps SET value = random() WHERE name = 'shop'; END;
CREATE TRIGGER shop_stamped_by_update AFTER UPDATE ON shop BEGIN UPDATE stamps SET value = random() WHERE name = 'shop'; END;
CREATE TRIGGER shop_stamped_by_delete AFTER DELETE ON shop BEGIN UPDATE stamps SET value = random() WHERE name = 'shop'; END;
CREATE TRIGGER mailboxes_stamped_by_insert AFTER INSERT ON mailboxes BEGIN UPDATE stamps SET value = random() WHERE name = 'mailboxes'; END;
CREATE TRIGGER mailboxes_stamped_by_update AFTER UPDATE ON mailboxes BEGIN UPDATE stamps SET value = random() WHERE name = 'mailboxes'; END;
CREATE TRIGGER mailboxes_stamped_by_delete AFTER DELETE ON mailboxes BEGIN UPDATE stamps SET value = random() WHERE name = 'mailboxes'; END;
CREATE TRIGGER notice_choices_stamped_by_insert AFTER INSERT ON notice_choices BEGIN UPDATE stamps SET value = random() WHERE name = 'notice_choices'; END;
CREATE TRIGGER notice_choices_stamped_by_update AFTER UPDATE ON notice_choices BEGIN UPDATE stamps SET value = random() WHERE name = 'notice_choices'; END;
CREATE TRIGGER notice_choices_stamped_by_delete AFTER DELETE ON notice_choices BEGIN UPDATE stamps SET value = random() WHERE name = 'notice_choices'; END;
CREATE TRIGGER staff_stamped_by_insert AFTER INSERT ON users WHEN NEW.role IN ('agent', 'admin') BEGIN UPDATE stamps SET value = random() WHERE name = 'staff'; END;
CREATE TRIGGER staff_stamped_by_update AFTER UPDATE OF role, disabled_at ON users BEGIN UPDATE stamps SET value = random() WHERE name = 'staff'; END;
CREATE TRIGGER staff_stamped_by_delete AFTER DELETE ON users WHEN OLD.role IN ('agent', 'admin') BEGIN UPDATE stamps SET value = random() WHERE name = 'staff'; END;
CREATE INDEX ix_audit_actor ON audit (actor_id, id);
CREATE INDEX ix_audit_subject ON audit (subject_id, id);
CREATE INDEX ix_audit_kind ON audit (kind, id);
CREATE INDEX ix_audit_created ON audit (created_at, id);
CREATE INDEX ix_audit_failures_minute ON audit_failures (minute);
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE INDEX ix_users_role ON users (role, name_folded, id);
CREATE INDEX ix_users_company ON users (company_id, merged_into_id, name_folded, id);
CREATE TRIGGER user_parts_insert AFTER INSERT ON users BEGIN INSERT INTO user_parts (rowid, parts) SELECT id, (WITH RECURSIVE rest (text) AS (SELECT users.name_folded || ' ' || users.email UNION ALL SELECT substr(text, 2) FROM rest WHERE length(text) > 1) SELECT group_concat(substr(text, 1, 3), ' ') FROM rest) FROM users WHERE id = new.id; END;
CREATE TRIGGER user_parts_update AFTER UPDATE OF name_folded, email ON users WHEN old.name_folded IS NOT new.name_folded OR old.email IS NOT new.email BEGIN DELETE FROM user_parts WHERE rowid = old.id; INSERT INTO user_parts (rowid, parts) SELECT id, (WITH RECURSIVE rest (text) AS (SELECT users.name_folded || ' ' || users.email UNION ALL SELECT substr(text, 2) FROM rest WHERE length(text) > 1) SELECT group_concat(substr(text, 1, 3), ' ') FROM rest) FROM users WHERE id = new.id; END;
CREATE TRIGGER user_parts_delete AFTER DELETE ON users BEGIN DELETE FROM user_parts WHERE rowid = old.id; END;
CREATE TRIGGER company_parts_insert AFTER INSERT ON companies BEGIN INSERT INTO company_parts (rowid, parts) SELECT id, (WITH RECURSIVE rest (text) AS (SELECT companies.name_folded || ' ' || coalesce((SELECT group_concat(domain, ' ') FROM company_domains WHERE company_id = companies.id), '') UNION ALL SELECT substr(text, 2) FROM rest WHERE length(text) > 1) SELECT group_concat(substr(text, 1, 3), ' ') FROM rest) FROM companies WHERE id = new.id; END;
CREATE TRIGGER company_parts_update AFTER UPDATE OF name_folded ON companies WHEN old.name_folded IS NOT new.name_folded BEGIN DELETE FROM company_parts WHERE rowid = old.id; INSERT INTO company_parts (rowid, parts) SELECT id, (WITH RECURSIVE rest (text) AS (SELECT companies.name_folded || ' ' || coalesce((SELECT group_concat(domain, ' ') FROM company_domains WHERE company_id = companies.id), '') UNION ALL SELECT substr(text, 2) FROM rest WHERE length(text) > 1) SELECT group_concat(substr(text, 1, 3), ' ') FROM rest) FROM companies WHERE id = new.id; END;
CREATE TRIGGER company_parts_delete AFTER DELETE ON companies BEGIN DELETE FROM company_parts WHERE rowid = old.id; END;
CREATE TRIGGER company_parts_insert_company_domains AFTER INSERT ON company_domains BEGIN DELETE FROM company_parts WHERE rowid = new.company_id; INSERT INTO company_parts (rowid, parts) SELECT id, (WITH RECURSIVE rest (text) AS (SELECT companies.name_folded || ' ' || coalesce((SELECT group_concat(domain, ' ') FROM company_domains WHERE company_id = companies.id), '') UNION ALL SELECT substr(text, 2) FROM rest WHERE length(text) > 1) SELECT group_concat(substr(text, 1, 3), ' ') FROM rest) FROM companies WHERE id = new.company_id; END;
CREATE TRIGGER company_parts_update_company_domains AFTER UPDATE OF company_id, domain ON company_domains WHEN old.company_id IS NOT new.company_id OR old.domain IS NOT new.domain BEGIN DELETE FROM company_parts WHERE rowid = old.company_id; INSERT INTO company_parts (rowid, parts) SELECT id, (WITH RECURSIVE rest (text) AS (SELECT companies.name_folded || ' ' || coalesce((SELECT group_concat(domain, ' ') FROM company_domains WHERE company_id = companies.id), '') UNION ALL SELECT substr(text, 2) FROM rest WHERE length(text) > 1) SELECT group_concat(substr(text, 1, 3), ' ') FROM rest) FROM companies WHERE id = old.company_id; DELETE FROM company_parts WHERE rowid = new.company_id; INSERT INTO company_parts (rowid, parts) SELECT id, (WITH RECURSIVE rest (text) AS (SELECT companies.name_folded || ' ' || coalesce((SELECT group_concat(domain, ' ') FROM company_domains WHERE company_id = companies.id), '') UNION ALL SELECT substr(text, 2) FROM rest WHERE length(text) > 1) SELECT group_concat(substr(text, 1, 3), ' ') FROM rest) FROM companies WHERE id = new.company_id; END;
CREATE TRIGGER company_parts_delete_company_domains AFTER DELETE ON company_domains BEGIN DELETE FROM company_parts WHERE rowid = old.company_id; INSERT INTO company_parts (rowid, parts) SELECT id, (WITH RECURSIVE rest (text) AS (SELECT companies.name_folded || ' ' || coalesce((SELECT group_concat(domain, ' ') FROM company_domains WHERE company_id = companies.id), '') UNION ALL SELECT substr(text, 2) FROM rest WHERE length(text) > 1) SELECT group_concat(substr(text, 1, 3), ' ') FROM rest) FROM companies WHERE id = old.company_id; END;
CREATE INDEX ix_recovery_codes_user_id ON recovery_codes (user_id);
CREATE INDEX ix_passkeys_user_id ON passkeys (user_id);
CREATE UNIQUE INDEX ix_devices_user ON devices (user_id, token_hash);
CREATE INDEX ix_devices_last_seen_at ON devices (last_seen_at);
CREATE INDEX ix_sign_in_steps_user_id ON sign_in_steps (user_id);
CREATE INDEX ix_sign_in_steps_expires_at ON sign_in_steps (expires_at);
CREATE INDEX ix_spent_challenges_expires_at ON spent_challenges (expires_at);
CREATE INDEX ix_imported_our ON imported (kind, our_id);
CREATE INDEX ix_person_archives_user_id ON person_archives (user_id);
CREATE INDEX ix_person_archives_expires_at ON person_archives (expires_at);
CREATE TRIGGER events_no_update BEFORE UPDATE ON events WHEN NOT (
    (coalesce((SELECT place FROM tickets WHERE tickets.id = OLD.ticket_id), '') = 'purged'
     OR EXISTS (SELECT 1 FROM erasures WHERE is_blanking))
    AND NEW.id = OLD.id AND NEW.kind = OLD.kind AND NEW.created_at = OLD.created_at
    AND NEW.ticket_id IS OLD.ticket_id AND NEW.user_id IS OLD.user_id
    AND NEW.actor_id IS OLD.actor_id AND NEW.batch IS OLD.batch AND NEW.undoes IS OLD.undoes
) BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE INDEX ix_webhook_deliveries_webhook ON webhook_deliveries (webhook_id, id);
CREATE INDEX ix_webhook_deliveries_state ON webhook_deliveries (webhook_id, state, id);
CREATE INDEX ix_webhook_deliveries_ticket ON webhook_deliveries (ticket_id);
CREATE INDEX ix_webhook_deliveries_event_id ON webhook_deliveries (event_id);
CREATE INDEX ix_webhook_deliveries_created ON webhook_deliveries (created_at);
CREATE INDEX ix_webhook_deliveries_waiting ON webhook_deliveries (webhook_id, ticket_id, id) WHERE state = 'waiting';
CREATE INDEX ix_webhook_deliveries_due ON webhook_deliveries (webhook_id, due_at, id) WHERE state = 'waiting';
CREATE INDEX ix_webhook_attempts_delivery_id ON webhook_attempts (delivery_id);
CREATE TRIGGER webhooks_stamped_by_insert AFTER INSERT ON webhooks BEGIN UPDATE stamps SET value = random() WHERE name = 'webhooks'; END;
CREATE TRIGGER webhooks_stamped_by_update AFTER UPDATE OF kinds, is_active ON webhooks BEGIN UPDATE stamps SET value = random() WHERE name = 'webhooks'; END;
CREATE TRIGGER webhooks_stamped_by_delete AFTER DELETE ON webhooks BEGIN UPDATE stamps SET value = random() WHERE name = 'webhooks'; END;
