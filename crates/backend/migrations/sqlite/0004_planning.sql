-- Members who are away, and the planner's runs.

-- A day on which a member is away, marked at the desk: illness, or anything else. No reason is asked, and none is kept.
-- Whatever they have set for the day, they have no hours on it.
create table member_absence (
    member_id text not null references member,
    on_date text not null,
    -- By whom it was marked, and when.
    by_person text not null references person,
    made integer not null,
    primary key (member_id, on_date)
) strict;

-- One run of the planner over visits that the coordinator chose: a job that can be watched and stopped. What it proposes
-- is accepted by a person, or by nobody.
create table planning (
    planning_id text primary key,
    coop_id text not null references coop,
    by_person text not null references person,
    made integer not null,
    state text not null check (state in ('running', 'ready', 'broken', 'accepted', 'discarded')),
    -- What was asked: JSON of store::plannings::Asked.
    asked text not null,
    -- How many changes have been tried, and when the run last told so: one that has been silent for long is dead.
    tried integer not null default 0,
    beat integer not null,
    -- Whether somebody wants it to end with what it has.
    stop integer not null default 0 check (stop in (0, 1)),
    -- What it found: JSON of store::plannings::Found.
    found text,
    -- What became of it when it was accepted: JSON of store::plannings::Taken.
    taken text,
    constraint planning_found check ((state in ('running', 'broken')) = (found is null)),
    constraint planning_taken check ((state = 'accepted') = (taken is not null))
) strict;

create index planning_by_coop on planning (coop_id, made);
-- One at a time: it takes a processor for itself.
create unique index planning_one_running on planning (coop_id) where state = 'running';
