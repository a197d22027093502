-- E-mail: a second channel, for messages and for codes, and what becomes of a message that one channel doesn't carry.

-- One address a person, there only once a code that was sent to it has come back. Two people may share one, as they may a
-- number; only one of them signs in by it. Compared in small letters: phones begin every word with a capital.
alter table person add column email text;
alter table person add column email_signs_in integer not null default 0 check (email_signs_in in (0, 1));
-- They have chosen e-mail for what would be a text message.
alter table person add column email_first integer not null default 0 check (email_first in (0, 1));

create index person_by_email on person (coop_id, lower(email)) where email is not null;
create unique index person_email_signs_in on person (coop_id, lower(email)) where email_signs_in = 1;

-- A code goes to a number or to an address; two more purposes are to show that an address, or a new
-- number, is one's own. SQLite changes no
-- check: both tables are made anew. A code that was asked for a moment ago stays good.
create table sign_in_code_new (
    code_id text primary key,
    coop_id text not null references coop,
    session_id text not null references session on delete cascade,
    purpose text not null check (purpose in ('sign_in', 'order', 'email', 'number')),
    phone text,
    email text,
    person_id text references person,
    sent integer not null check (sent in (0, 1)),
    -- From where it was asked for; a hash.
    client text not null,
    code_hash text not null,
    made integer not null,
    expires integer not null,
    tries_left integer not null check (tries_left >= 0),
    used_at integer,
    constraint sign_in_code_goes_somewhere check ((phone is null) <> (email is null))
) strict;

insert into sign_in_code_new (code_id, coop_id, session_id, purpose, phone, person_id, sent, client, code_hash, made, expires,
    tries_left, used_at)
select code_id, coop_id, session_id, purpose, phone, person_id, sent, client, code_hash, made, expires, tries_left, used_at
from sign_in_code;

drop table sign_in_code;
alter table sign_in_code_new rename to sign_in_code;
create index sign_in_code_by_session on sign_in_code (session_id, purpose);

create table outbox_new (
    outbox_id integer primary key,
    message_id text not null unique,
    coop_id text not null references coop,
    made integer not null,
    -- To whom; none: a number that isn't anybody's yet.
    person_id text references person,
    phone text,
    -- Where it goes by e-mail.
    email text,
    way text not null check (way in ('sms', 'email', 'call', 'lounge')),
    language text not null,
    kind text not null,
    body text not null,
    visit_id text references visit,
    -- When it went out, or when somebody told it by voice.
    sent_at integer,
    -- As in 0005_messages.
    due integer not null default 0,
    tries integer not null default 0,
    taken_at integer,
    parts integer not null default 0,
    arrived_at integer,
    failed_at integer,
    trouble text,
    once text,
    constraint outbox_sms_has_number check (way <> 'sms' or phone is not null),
    constraint outbox_email_has_address check (way <> 'email' or email is not null)
) strict;

insert into outbox_new (outbox_id, message_id, coop_id, made, person_id, phone, way, language, kind, body, visit_id, sent_at, due,
    tries, taken_at, parts, arrived_at, failed_at, trouble, once)
select outbox_id, message_id, coop_id, made, person_id, phone, way, language, kind, body, visit_id, sent_at, due, tries,
    taken_at, parts, arrived_at, failed_at, trouble, once
from outbox;

drop table outbox;
alter table outbox_new rename to outbox;
create index outbox_waiting on outbox (way, outbox_id) where sent_at is null;
create index outbox_by_person on outbox (person_id);
create index outbox_by_kind on outbox (coop_id, kind, made);
create unique index outbox_once on outbox (coop_id, once) where once is not null;
create index outbox_failed on outbox (coop_id, failed_at) where failed_at is not null and sent_at is null;
create index outbox_sent on outbox (coop_id, sent_at) where parts > 0;
create index outbox_due on outbox (coop_id, way, due) where way in ('sms', 'email') and sent_at is null and failed_at is null;

-- A channel that didn't carry a message, and why. The message is the same row, on to the next channel that its person has;
-- here is what was tried, so that none is tried twice and the coordinator sees what happened.
create table outbox_failure (
    message_id text not null references outbox (message_id) on delete cascade,
    way text not null check (way in ('sms', 'email')),
    at integer not null,
    -- As outbox.trouble.
    trouble text not null,
    primary key (message_id, way)
) strict;

create index outbox_failure_by_at on outbox_failure (at);
