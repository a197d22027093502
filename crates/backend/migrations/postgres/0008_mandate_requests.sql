-- Somebody asks to be allowed to order for a resident. Nothing about the resident shows to them, neither whether there is
-- such a number nor that the answer was a no, until the resident has said yes: then there is a mandate.
create table mandate_request (
    request_id text primary key,
    coop_id text not null references coop,
    -- Who asks. None yet: somebody who wasn't signed in, who is to show by a code that the number is theirs. Their name
    -- and number stand here as typed, and the question is theirs only in the session in which they typed it.
    asker_id text references person,
    given text,
    family text,
    own_phone text,
    session_id text,
    -- Whom they ask, as typed.
    resident_given text not null,
    resident_family text not null,
    resident_phone text not null,
    -- To whom it was put: the one whose number it was then. It stays theirs, whoever gets that number later; nobody who asks
    -- learns of it.
    resident_id text references person,
    -- What the mandate would cover, as in mandate.services, and until when.
    services text not null,
    valid_until bigint not null,
    made bigint not null,
    -- It can be answered until then.
    ends bigint not null,
    answer text check (answer in ('given', 'refused', 'withdrawn')),
    answered_at bigint,
    constraint request_answered check ((answer is null) = (answered_at is null)),
    constraint request_of_somebody check (asker_id is not null or (own_phone is not null and session_id is not null))
);

create index mandate_request_by_resident on mandate_request (resident_id) where answer is null;
create index mandate_request_by_asker on mandate_request (asker_id);
create index mandate_request_unconfirmed on mandate_request (session_id) where asker_id is null;
