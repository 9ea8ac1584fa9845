-- A database of schema 1, with a session of two messages and one that was cut: every
-- later version must be able to open it. Never changed.
CREATE TABLE session(id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT, title_source TEXT NOT NULL, tags TEXT NOT NULL, created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL, going_on TEXT NOT NULL, layout TEXT, message_count INTEGER NOT NULL DEFAULT 0, growing_count INTEGER NOT NULL DEFAULT 0);
CREATE INDEX session_updated ON session(updated_ms);
CREATE TABLE chat(id INTEGER PRIMARY KEY AUTOINCREMENT, session INTEGER NOT NULL REFERENCES session(id), position INTEGER NOT NULL, tip INTEGER NOT NULL DEFAULT 0, model TEXT, setup TEXT NOT NULL);
CREATE INDEX chat_session ON chat(session, position);
CREATE TABLE message(id INTEGER PRIMARY KEY, parent INTEGER NOT NULL, author TEXT NOT NULL, state TEXT NOT NULL, is_automatic INTEGER NOT NULL, is_continuation INTEGER NOT NULL, is_edited INTEGER NOT NULL, is_interrupted INTEGER NOT NULL, created_ms INTEGER NOT NULL, model TEXT, facts TEXT NOT NULL);
CREATE TABLE part(id INTEGER PRIMARY KEY, kind TEXT NOT NULL, call_id TEXT, name TEXT, media_type TEXT, call_index INTEGER NOT NULL, elapsed_ms INTEGER NOT NULL, is_error INTEGER NOT NULL, is_whole INTEGER NOT NULL, decision TEXT, decided_by TEXT, reason TEXT, text BLOB NOT NULL);
CREATE TABLE piece(id INTEGER PRIMARY KEY, part INTEGER NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX piece_part ON piece(part);
CREATE TABLE draft(id INTEGER PRIMARY KEY, session INTEGER NOT NULL REFERENCES session(id), position INTEGER NOT NULL, target TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX draft_session ON draft(session, position);
CREATE TABLE unindexed(message INTEGER PRIMARY KEY);
CREATE TABLE removed_chat(chat INTEGER PRIMARY KEY);
CREATE TABLE upkeep(id INTEGER PRIMARY KEY, rounds INTEGER NOT NULL, is_merge_due INTEGER NOT NULL);
INSERT INTO upkeep VALUES(1, 0, 0);
CREATE VIRTUAL TABLE text_index USING fts5(text, content='part', content_rowid='id', prefix='2 3', tokenize='unicode61 remove_diacritics 2');

INSERT INTO session VALUES(1, 'Tides', 'first_line', 'sea
work', 1700000000000, 1700000005000, 'shared', 'grid', 3, 1);
INSERT INTO chat VALUES(1, 1, 0, 3, 'echo',
 '{"provider":"demo","model":"echo","params":{"temperature":0.5}}');
INSERT INTO message VALUES(4194305, 0, 'user', 'whole', 0, 0, 0, 0, 1700000000000, NULL, '{}');
INSERT INTO message VALUES(4194306, 1, 'assistant', 'whole', 0, 0, 0, 0, 1700000001000, 'echo',
 '{"model":"echo","input_tokens":5,"finish":"stop"}');
INSERT INTO message VALUES(4194307, 2, 'assistant', 'growing', 0, 1, 0, 0, 1700000002000, 'echo', '{}');
INSERT INTO part VALUES(549755944960, 'text', NULL, NULL, NULL, -1, 0, 0, 0, NULL, NULL, NULL,
 'Why do tides come twice a day?');
INSERT INTO part VALUES(549756076032, 'tool_call', 'c1', 'look_up', NULL, -1, 0, 0, 1, 'once', 'user', NULL,
 '{"q":"tides"}');
INSERT INTO part VALUES(549756076033, 'text', NULL, NULL, NULL, -1, 0, 0, 0, NULL, NULL, NULL,
 'Because of the moon.');
INSERT INTO piece VALUES(1, 549756207104, 'text', 'And the ');
INSERT INTO piece VALUES(2, 549756207104, 'text', 'sun.');
INSERT INTO draft VALUES(1, 1, 0, 'all', 'And on');
INSERT INTO text_index(rowid, text) VALUES(549755944960, 'Why do tides come twice a day?');
INSERT INTO unindexed VALUES(4194306);
PRAGMA application_id = 1299149925;
PRAGMA user_version = 1;
