-- One person who was written down twice: found, put together, and taken apart again while that can still be done.

-- Whose row it has become. The row that went stays: the trace names it, and taking it back needs it. It has stopped from that
-- moment, and once it can't be taken back any more its name goes too.
alter table person add column merged_into text references person;

create index person_by_merged_into on person (merged_into) where merged_into is not null;

-- How long a coordinator can take it back.
alter table coop add column merge_days integer not null default 14 check (merge_days between 1 and 90);

create table merging (
    merging_id text primary key,
    coop_id text not null references coop,
    kept_id text not null references person,
    gone_id text not null references person,
    made integer not null,
    made_by text not null references person,
    -- It can be taken back until then.
    until integer not null,
    -- What both were before, and what was chosen: JSON of store::merging::Remembered. Empty once it isn't needed any more, or
    -- one of them was erased: there are names in it.
    remembered text not null,
    undone_at integer,
    undone_by text references person,
    constraint merging_of_two check (kept_id <> gone_id),
    constraint merging_undone check ((undone_at is null) = (undone_by is null))
) strict;

create index merging_by_coop on merging (coop_id, made);
create index merging_by_kept on merging (kept_id);

-- Every row that went over to the one who stays, by its own key, so that it finds its way back. No foreign keys: what was
-- deleted meanwhile has nowhere to go.
create table merging_moved (
    merging_id text not null references merging,
    tab text not null,
    col text not null,
    row_key text not null,
    -- What stood there, where it wasn't the one who went.
    was text,
    primary key (merging_id, tab, col, row_key)
) strict;

-- Somebody looked at the two and said that they are two. The smaller id first.
create table not_same (
    one_id text not null references person,
    other_id text not null references person,
    coop_id text not null references coop,
    made integer not null,
    made_by text not null references person,
    primary key (one_id, other_id),
    constraint not_same_in_order check (one_id < other_id)
) strict;

-- How long somebody is kept whose order nobody ever confirmed, and a resident of whom nothing is heard any more.
alter table coop add column unconfirmed_days integer not null default 30 check (unconfirmed_days between 1 and 365);
alter table coop add column unheard_years integer not null default 5 check (unheard_years between 1 and 20);
