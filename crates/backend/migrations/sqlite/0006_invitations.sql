-- A resident asks somebody to order for them. Nothing about the resident but their first name goes to that number, and
-- nothing about its owner comes back, until its owner has signed in by it and said yes: then there is a mandate.
create table mandate_invitation (
    invitation_id text primary key,
    coop_id text not null references coop,
    resident_id text not null references person,
    -- As it was typed. The owner of the number may be known by another name; that shows when they say yes.
    given text not null,
    family text not null,
    phone text not null,
    -- What the mandate will cover, as in mandate.services, until when, and how the resident agreed to it.
    services text not null,
    valid_until integer not null,
    consent text not null check (consent in ('in_person', 'by_phone', 'on_paper', 'in_app')),
    made integer not null,
    made_by text not null references person,
    -- It can be answered until then.
    ends integer not null,
    answer text check (answer in ('accepted', 'declined', 'withdrawn')),
    answered_at integer,
    constraint invitation_answered check ((answer is null) = (answered_at is null))
) strict;

create index mandate_invitation_by_phone on mandate_invitation (coop_id, phone) where answer is null;
create index mandate_invitation_by_resident on mandate_invitation (resident_id);
