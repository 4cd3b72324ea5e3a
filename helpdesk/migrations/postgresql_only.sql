-- What only PostgreSQL has: the index of words, and those of the parts of names.
CREATE TABLE search_index (
	slot BIGINT NOT NULL,
	words TSVECTOR NOT NULL,
	subject TEXT COLLATE "C" NOT NULL,
	said TEXT COLLATE "C" NOT NULL,
	files TEXT COLLATE "C" NOT NULL,
	notes TEXT COLLATE "C" NOT NULL,
	note_files TEXT COLLATE "C" NOT NULL,
	people TEXT COLLATE "C" NOT NULL,
	tags TEXT COLLATE "C" NOT NULL,
	CONSTRAINT pk_search_index PRIMARY KEY (slot)
) WITH (toast_tuple_target = 128);
ALTER TABLE search_index ALTER COLUMN words SET STATISTICS 0;
CREATE INDEX ix_search_index_words ON search_index USING gin (words) WITH (fastupdate = off);
CREATE TABLE user_parts (
	id BIGINT NOT NULL,
	parts TEXT[] COLLATE "C" NOT NULL,
	CONSTRAINT pk_user_parts PRIMARY KEY (id)
);
CREATE INDEX ix_user_parts_parts ON user_parts USING gin (parts);
CREATE FUNCTION user_parts_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO user_parts (id, parts) SELECT id, ARRAY(SELECT DISTINCT substr(whole, first, long) FROM (SELECT users.name_folded || ' ' || users.email AS whole) one, generate_series(1, length(whole)) first, generate_series(1, 3) long) FROM users WHERE id = new.id; RETURN NULL; END $$;
CREATE TRIGGER user_parts_insert AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION user_parts_insert();
CREATE FUNCTION user_parts_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM user_parts WHERE id = old.id; INSERT INTO user_parts (id, parts) SELECT id, ARRAY(SELECT DISTINCT substr(whole, first, long) FROM (SELECT users.name_folded || ' ' || users.email AS whole) one, generate_series(1, length(whole)) first, generate_series(1, 3) long) FROM users WHERE id = new.id; RETURN NULL; END $$;
CREATE TRIGGER user_parts_update AFTER UPDATE OF name_folded, email ON users FOR EACH ROW WHEN (old.name_folded IS DISTINCT FROM new.name_folded OR old.email IS DISTINCT FROM new.email) EXECUTE FUNCTION user_parts_update();
CREATE FUNCTION user_parts_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM user_parts WHERE id = old.id; RETURN NULL; END $$;
CREATE TRIGGER user_parts_delete AFTER DELETE ON users FOR EACH ROW EXECUTE FUNCTION user_parts_delete();
CREATE TABLE company_parts (
	id BIGINT NOT NULL,
	parts TEXT[] COLLATE "C" NOT NULL,
	CONSTRAINT pk_company_parts PRIMARY KEY (id)
);
CREATE INDEX ix_company_parts_parts ON company_parts USING gin (parts);
CREATE FUNCTION company_parts_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO company_parts (id, parts) SELECT id, ARRAY(SELECT DISTINCT substr(whole, first, long) FROM (SELECT companies.name_folded || ' ' || coalesce((SELECT string_agg(domain, ' ') FROM company_domains WHERE company_id = companies.id), '') AS whole) one, generate_series(1, length(whole)) first, generate_series(1, 3) long) FROM companies WHERE id = new.id; RETURN NULL; END $$;
CREATE TRIGGER company_parts_insert AFTER INSERT ON companies FOR EACH ROW EXECUTE FUNCTION company_parts_insert();
CREATE FUNCTION company_parts_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM company_parts WHERE id = old.id; INSERT INTO company_parts (id, parts) SELECT id, ARRAY(SELECT DISTINCT substr(whole, first, long) FROM (SELECT companies.name_folded || ' ' || coalesce((SELECT string_agg(domain, ' ') FROM company_domains WHERE company_id = companies.id), '') AS whole) one, generate_series(1, length(whole)) first, generate_series(1, 3) long) FROM companies WHERE id = new.id; RETURN NULL; END $$;
CREATE TRIGGER company_parts_update AFTER UPDATE OF name_folded ON companies FOR EACH ROW WHEN (old.name_folded IS DISTINCT FROM new.name_folded) EXECUTE FUNCTION company_parts_update();
CREATE FUNCTION company_parts_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM company_parts WHERE id = old.id; RETURN NULL; END $$;
CREATE TRIGGER company_parts_delete AFTER DELETE ON companies FOR EACH ROW EXECUTE FUNCTION company_parts_delete();
CREATE FUNCTION company_parts_insert_company_domains() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM company_parts WHERE id = new.company_id; INSERT INTO company_parts (id, parts) SELECT id, ARRAY(SELECT DISTINCT substr(whole, first, long) FROM (SELECT companies.name_folded || ' ' || coalesce((SELECT string_agg(domain, ' ') FROM company_domains WHERE company_id = companies.id), '') AS whole) one, generate_series(1, length(whole)) first, generate_series(1, 3) long) FROM companies WHERE id = new.company_id; RETURN NULL; END $$;
CREATE TRIGGER company_parts_insert_company_domains AFTER INSERT ON company_domains FOR EACH ROW EXECUTE FUNCTION company_parts_insert_company_domains();
CREATE FUNCTION company_parts_update_company_domains() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM company_parts WHERE id = old.company_id; INSERT INTO company_parts (id, parts) SELECT id, ARRAY(SELECT DISTINCT substr(whole, first, long) FROM (SELECT companies.name_folded || ' ' || coalesce((SELECT string_agg(domain, ' ') FROM company_domains WHERE company_id = companies.id), '') AS whole) one, generate_series(1, length(whole)) first, generate_series(1, 3) long) FROM companies WHERE id = old.company_id; DELETE FROM company_parts WHERE id = new.company_id; INSERT INTO company_parts (id, parts) SELECT id, ARRAY(SELECT DISTINCT substr(whole, first, long) FROM (SELECT companies.name_folded || ' ' || coalesce((SELECT string_agg(domain, ' ') FROM company_domains WHERE company_id = companies.id), '') AS whole) one, generate_series(1, length(whole)) first, generate_series(1, 3) long) FROM companies WHERE id = new.company_id; RETURN NULL; END $$;
CREATE TRIGGER company_parts_update_company_domains AFTER UPDATE OF company_id, domain ON company_domains FOR EACH ROW WHEN (old.company_id IS DISTINCT FROM new.company_id OR old.domain IS DISTINCT FROM new.domain) EXECUTE FUNCTION company_parts_update_company_domains();
CREATE FUNCTION company_parts_delete_company_domains() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM company_parts WHERE id = old.company_id; INSERT INTO company_parts (id, parts) SELECT id, ARRAY(SELECT DISTINCT substr(whole, first, long) FROM (SELECT companies.name_folded || ' ' || coalesce((SELECT string_agg(domain, ' ') FROM company_domains WHERE company_id = companies.id), '') AS whole) one, generate_series(1, length(whole)) first, generate_series(1, 3) long) FROM companies WHERE id = old.company_id; RETURN NULL; END $$;
CREATE TRIGGER company_parts_delete_company_domains AFTER DELETE ON company_domains FOR EACH ROW EXECUTE FUNCTION company_parts_delete_company_domains();

-- The audit trail has no gaps, so what is missing shows: its numbers are taken back with a
-- transaction, as those of an identity are not. The highest that there ever was is remembered.
CREATE TABLE audit_numbers (
	name TEXT COLLATE "C" NOT NULL,
	last BIGINT NOT NULL,
	CONSTRAINT pk_audit_numbers PRIMARY KEY (name)
);
INSERT INTO audit_numbers (name, last) VALUES ('audit', 0);
CREATE FUNCTION next_audit_number() RETURNS bigint LANGUAGE plpgsql AS $$ DECLARE given bigint; BEGIN UPDATE audit_numbers SET last = last + 1 WHERE name = 'audit' RETURNING last INTO given; RETURN given; END $$;
ALTER TABLE audit ALTER COLUMN id DROP IDENTITY;
ALTER TABLE audit ALTER COLUMN id SET DEFAULT next_audit_number();
CREATE FUNCTION audit_numbered() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE audit_numbers SET last = NEW.id WHERE name = 'audit' AND last < NEW.id; RETURN NULL; END $$;
CREATE TRIGGER audit_numbered AFTER INSERT ON audit FOR EACH ROW EXECUTE FUNCTION audit_numbered();

-- Row triggers don't see a table emptied at once.
CREATE FUNCTION refuse_to_empty() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = '23000'; END $$;
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit EXECUTE FUNCTION refuse_to_empty();
CREATE TRIGGER events_no_truncate BEFORE TRUNCATE ON events EXECUTE FUNCTION refuse_to_empty();
CREATE TRIGGER received_mails_no_truncate BEFORE TRUNCATE ON received_mails EXECUTE FUNCTION refuse_to_empty();
