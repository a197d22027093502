-- A resident's own phone that stays signed in with low rights, and a lounge's device that is locked.

-- The link that the lounge or the co-op made, and the phone that opened it. Neither the link's token nor its short code is
-- anywhere: both are here as hashes, the code's taken with the row's id. It opens once.
create table phone_link (
    phone_link_id text primary key,
    coop_id text not null references coop,
    -- Whose phone it is.
    person_id text not null references person,
    -- What it is called, so that they can tell their phones apart.
    name text not null,
    token_hash text not null,
    code_hash text not null,
    made bigint not null,
    made_by text not null references person,
    -- It can be opened until then.
    ends bigint not null,
    linked_at bigint,
    ended_at bigint,
    -- Who ended it; the phone itself is its person.
    ended_by text references person,
    constraint phone_link_token unique (token_hash),
    constraint phone_link_ended check ((ended_at is null) = (ended_by is null))
);

create index phone_link_by_person on phone_link (person_id);
create index phone_link_open on phone_link (coop_id, ends) where linked_at is null;

-- A session of a linked phone. Its rights are low but until raised_until: so long ago a code was answered on it.
alter table session add column phone_link_id text references phone_link;
alter table session add column raised_until bigint;

-- A lounge's device, locked by its helper since then. That one was left alone for too long isn't written: it shows by
-- the session's last use, at every request.
alter table session add column locked_at bigint;
-- The four digits that open it again, hashed with the session's id; and how often they may still be tried.
alter table session add column pin_hash text;
alter table session add column pin_tries_left bigint not null default 0;

create index session_by_phone_link on session (phone_link_id);
