-- Who is signed in, what is being typed, what is to be told, and the trace that stays.

-- The token itself is nowhere: session_id is its SHA-256 in hex.
create table session (
    session_id text primary key,
    coop_id text not null references coop,
    person_id text references person,
    -- The resident whom a lounge helper is serving now.
    serving_id text references person,
    made bigint not null,
    seen bigint not null
);

create index session_by_person on session (person_id);
create index session_by_seen on session (seen);

-- What was typed into a form that couldn't be taken: shown again with what is wrong. JSON.
create table form_kept (
    session_id text not null references session on delete cascade,
    form text not null,
    kept text not null,
    at bigint not null,
    primary key (session_id, form)
);

-- An order being made: one a session. JSON of the answers so far.
create table draft (
    session_id text primary key references session on delete cascade,
    draft text not null,
    at bigint not null
);

-- A one-time code that was asked for. The code itself is nowhere: its hash is taken with the request's id. There is a row
-- for unknown numbers too, so that both take the same path; such a code was sent to nobody and opens nothing.
create table sign_in_code (
    code_id text primary key,
    coop_id text not null references coop,
    session_id text not null references session on delete cascade,
    purpose text not null check (purpose in ('sign_in', 'order')),
    phone text not null,
    person_id text references person,
    sent bigint not null check (sent in (0, 1)),
    -- From where it was asked for; a hash.
    client text not null,
    code_hash text not null,
    made bigint not null,
    expires bigint not null,
    tries_left bigint not null check (tries_left >= 0),
    used_at bigint
);

create index sign_in_code_by_session on sign_in_code (session_id, purpose);

-- Counted attempts (codes asked for, slips looked up), by what is limited. The subject is a hash, not a number or address.
create table attempt (
    kind text not null,
    subject text not null,
    at bigint not null
);

create index attempt_by_subject on attempt (kind, subject, at);

-- Where somebody has signed in from: strangers who use up a number's codes don't lock its owner out. Hashes only.
create table known_client (
    person_id text not null references person,
    client text not null,
    seen bigint not null,
    primary key (person_id, client)
);

-- One submission of one form: the same key again gives the same answer; with other contents it is refused. Written in
-- the transaction that does the work, so that there is never one without the other.
create table submission (
    submission_key text primary key,
    -- Who sent it: the session. Somebody else's key opens nothing.
    scope text not null,
    payload_hash text not null,
    result text,
    made bigint not null
);

-- What is to be told, written in the transaction that makes it true; sent later. `body` is JSON of domain::Message.
create table outbox (
    outbox_id bigint generated always as identity primary key,
    message_id text not null unique,
    coop_id text not null references coop,
    made bigint not null,
    -- To whom; none: a number that isn't anybody's yet.
    person_id text references person,
    phone text,
    way text not null check (way in ('sms', 'call', 'lounge')),
    language text not null,
    kind text not null,
    body text not null,
    visit_id text references visit,
    -- When it went out, or when somebody told it by voice.
    sent_at bigint,
    constraint outbox_sms_has_number check (way <> 'sms' or phone is not null)
);

create index outbox_waiting on outbox (way, outbox_id) where sent_at is null;
create index outbox_by_person on outbox (person_id);
create index outbox_by_kind on outbox (coop_id, kind, made);

-- The last link of a co-op's chain. One row, changed by every new link: writers queue here, so that it never forks.
create table audit_head (
    coop_id text primary key references coop,
    seq bigint not null,
    hash text not null
);

insert into audit_head (coop_id, seq, hash) select coop_id, 0, '' from coop;

-- Who did what, for whom, when: written once, never changed. Each row's hash covers the row before it.
create table audit_log (
    coop_id text not null references coop,
    seq bigint not null,
    at bigint not null,
    -- Who did it; nobody: the system, or somebody not signed in.
    person_id text,
    -- For whom, when it was somebody else.
    on_behalf_of text,
    act text not null,
    -- The id of what it was done to.
    subject text,
    -- JSON, or nothing.
    before text,
    after text,
    prev_hash text not null,
    hash text not null,
    primary key (coop_id, seq)
);

-- The demo neighbourhood is made anew when its days are stale: its trace goes with it. A real co-op's never does.
create function audit_log_is_append_only() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and (select demo from coop where coop_id = old.coop_id) = 1 then
        return old;
    end if;
    raise exception 'audit_log is append-only';
end;
$$;

create trigger audit_log_is_append_only
before update or delete on audit_log
for each row execute function audit_log_is_append_only();

-- When the demo neighbourhood was made, and from which seed.
create table demo_fill (
    coop_id text primary key references coop,
    seed bigint not null,
    made bigint not null
);
