-- What is ordered, who is asked, who comes.

-- What the co-op has decided about a kind of job, from a date on. The newest row not later than today holds; what an
-- order was made with is copied into its visit, so that a new price changes nothing already agreed.
create table job_terms (
    coop_id text not null references coop,
    job text not null,
    valid_from text not null,
    minutes bigint not null check (minutes between 5 and 720),
    effort text not null check (effort in ('light', 'medium', 'heavy')),
    -- What the payer pays for a visit, VAT included, in cents.
    price bigint not null check (price >= 0),
    labour_percent bigint not null check (labour_percent between 0 and 100),
    -- What the member earns from a visit before tax, in cents.
    pay bigint not null check (pay >= 0),
    credit text not null check (credit in ('eligible', 'conditional', 'no')),
    primary key (coop_id, job, valid_from)
);

-- An order: what a resident asks for. ("order" is a word of SQL.) Three parties: the resident gets the help, the booker
-- ordered it (nobody: somebody not signed in), the payer is the resident until invoices come.
create table help_order (
    order_id text primary key,
    coop_id text not null references coop,
    resident_id text not null references person,
    booker_id text references person,
    -- The session that made it sees it without signing in. No foreign key: sessions are forgotten before orders.
    session_id text,
    home_id text not null references home,
    job text not null,
    note text not null,
    contact text not null check (contact in ('sms', 'call', 'lounge')),
    strangers_welcome bigint not null check (strangers_welcome in (0, 1)),
    -- Labour bought elsewhere this year, in cents, if told.
    credit_used bigint,
    -- "MUSTIKKA 482": what is on the paper slip.
    slip_code text not null,
    made bigint not null,
    constraint help_order_slip_code unique (coop_id, slip_code)
);

create index help_order_by_resident on help_order (resident_id);
create index help_order_by_session on help_order (session_id);

-- One piece of work at one place and time. Its states are domain::VisitState; the checks below say what is true in each.
create table visit (
    visit_id text primary key,
    coop_id text not null references coop,
    order_id text not null references help_order,
    resident_id text not null references person,
    job text not null,
    -- The arrival window.
    window_start bigint not null,
    window_end bigint not null,
    -- As the terms were when it was ordered.
    minutes bigint not null,
    effort text not null check (effort in ('light', 'medium', 'heavy')),
    price bigint not null,
    labour_percent bigint not null,
    pay bigint not null,
    state text not null,
    -- Whose time is held, when the work is planned to begin, and the stretch [block_start, block_end) of their time that
    -- it takes, with the travel to it, and home again when it is the day's last (see assignment::day_blocks).
    member_id text references member,
    planned_start bigint,
    block_start bigint,
    block_end bigint,
    -- The offer that holds it. No foreign key: the offer points at its visit already.
    offer_id text,
    offer_expires bigint,
    reserved_until bigint,
    on_way bigint,
    started bigint,
    done bigint,
    worked bigint,
    cancelled_at bigint,
    cancelled_by text check (cancelled_by in ('resident', 'coop', 'unconfirmed')),
    -- By when somebody of the co-op rings, for an open request or a reservation.
    ring_by bigint,
    -- Why this member, or why nobody: JSON of assignment::Reasons and assignment::Failure.
    reasons text,
    failure text,
    -- Grows by one at every change: a form carries it, so that a stale page is noticed.
    version bigint not null default 1,
    made bigint not null,
    constraint visit_state check (state in ('open', 'reserved', 'offered', 'agreed', 'under_way', 'done', 'cancelled')),
    constraint visit_window_forward check (window_start < window_end),
    constraint visit_has_length check (minutes > 0),
    constraint visit_holds_time check (
        (state in ('reserved', 'offered', 'agreed', 'under_way', 'done')) = (member_id is not null)
    ),
    constraint visit_time_is_whole check (
        (member_id is null) = (planned_start is null)
        and (member_id is null) = (block_start is null)
        and (member_id is null) = (block_end is null)
    ),
    constraint visit_block_holds_work check (
        member_id is null or (block_start <= planned_start and planned_start + minutes * 60 <= block_end)
    ),
    constraint visit_offered check (
        (state = 'offered') = (offer_id is not null) and (offer_id is null) = (offer_expires is null)
    ),
    constraint visit_reserved check ((state = 'reserved') = (reserved_until is not null)),
    constraint visit_under_way check (state not in ('under_way', 'done') or on_way is not null),
    constraint visit_done check ((state = 'done') = (done is not null) and (done is null) = (worked is null)),
    constraint visit_cancelled check (
        (state = 'cancelled') = (cancelled_at is not null) and (cancelled_at is null) = (cancelled_by is null)
    )
);

create index visit_by_member on visit (member_id, block_start) where member_id is not null;
create index visit_by_coop on visit (coop_id, window_start);
create index visit_by_order on visit (order_id);
create index visit_by_resident on visit (resident_id, window_start);
create index visit_by_state on visit (coop_id, state);

-- The last guard against double booking: two stretches of one member's time never overlap. The use cases lock the
-- member's row and check first (alone, this constraint lets many writers deadlock for a minute), and say it in words;
-- this is for the bug that they have. Stretches that only touch don't overlap.
--
-- Whoever changes several visits of one member in a transaction (an insertion lengthens one neighbour's way and shortens
-- another's) must not pass through an overlap: first cut the blocks that change to the work itself
-- [planned_start, planned_start + minutes), then write the new visit and the blocks as they become.
-- btree_gist comes with PostgreSQL's own contrib modules; it lets the index compare text for equality.
create extension if not exists btree_gist;

alter table visit add constraint member_time_taken
    exclude using gist (member_id with =, int8range(block_start, block_end) with &&)
    where (member_id is not null);

-- One visit put to one member. Kept for "not asked twice for the same visit"; the engine that ranks never sees it.
create table offer (
    offer_id text primary key,
    coop_id text not null references coop,
    visit_id text not null references visit,
    member_id text not null references member,
    planned_start bigint not null,
    made bigint not null,
    expires bigint not null,
    answer text not null default 'pending'
        check (answer in ('pending', 'accepted', 'declined', 'expired', 'withdrawn')),
    answered_at bigint,
    reasons text,
    constraint offer_answered check ((answer = 'pending') = (answered_at is null))
);

create index offer_by_visit on offer (visit_id);
create index offer_by_member on offer (member_id, answer);
-- One visit is put to one member at a time.
create unique index offer_one_pending on offer (visit_id) where answer = 'pending';

-- What has happened to a visit, in order. `kind` is an event's code (`event.*` in the texts).
create table visit_event (
    visit_event_id bigint generated always as identity primary key,
    coop_id text not null references coop,
    visit_id text not null references visit,
    at bigint not null,
    kind text not null,
    -- The helper whom it is about, and the person who did it (nobody: the system, or somebody not signed in).
    member_id text references member,
    by_person text references person
);

create index visit_event_by_visit on visit_event (visit_id, visit_event_id);

-- How it went, once a visit.
create table feedback (
    visit_id text primary key references visit,
    coop_id text not null references coop,
    number bigint not null check (number between 1 and 5),
    at bigint not null,
    by_person text references person
);
