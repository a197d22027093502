-- Passkeys: a key on somebody's own device, by which they sign in without a code.

create table passkey (
    passkey_id text primary key,
    coop_id text not null references coop,
    -- Who signs in by it.
    person_id text not null references person,
    -- What they call it, so that they can tell their devices apart.
    name text not null,
    -- SHA-256 of the credential's id, which the device tells when it signs in: by it the row is found.
    credential_hash text not null,
    -- The public half and the counter, as webauthn-rs writes them. Nothing in it opens anything.
    key text not null,
    made integer not null,
    used integer,
    -- Since when it signs nobody in: its counter went back, so that somebody may have a copy of it.
    copied integer,
    constraint passkey_credential unique (credential_hash)
) strict;

create index passkey_by_person on passkey (person_id);

-- A ceremony that has begun: what was asked of the device, which the browser never sees whole. It belongs to the session
-- that asked, is taken once, and a new one takes the old one's place.
create table passkey_ceremony (
    session_id text not null references session on delete cascade,
    coop_id text not null references coop,
    kind text not null,
    state text not null,
    ends integer not null,
    primary key (session_id, kind),
    constraint passkey_ceremony_kind check (kind in ('make', 'enter'))
) strict;

-- By which passkey a session was opened: it ends with it.
alter table session add column passkey_id text references passkey on delete cascade;

create index session_by_passkey on session (passkey_id);
