-- Co-ops and their people.
--
-- Every table carries coop_id from the start: one installation may hold many co-ops, and a person of one sees nothing
-- of another. Ids are random UUIDs as text; instants are UTC seconds; money is cents; lengths are minutes; a flag is
-- 0 or 1. The same columns exist in the other database, so that every query is written once.

create table coop (
    coop_id text primary key,
    name text not null,
    -- The desk's number as people write it: it is read, not dialled by us.
    desk_phone text not null,
    -- Monday to Friday, minutes of the local day.
    desk_opens bigint not null check (desk_opens between 0 and 1440),
    desk_closes bigint not null check (desk_closes between 0 and 1440),
    zone text not null,
    work_opens bigint not null check (work_opens between 0 and 1440),
    work_closes bigint not null check (work_closes between 0 and 1440),
    -- How many minutes ahead the earliest arrival is.
    notice bigint not null check (notice >= 0),
    sms_daily_budget bigint not null check (sms_daily_budget >= 0),
    -- The demo neighbourhood may be thrown away and made anew; a real co-op's traces may not (see audit_log).
    demo bigint not null default 0 check (demo in (0, 1))
);

-- The installation's first co-op, with decisions that its people change to their own.
insert into coop (coop_id, name, desk_phone, desk_opens, desk_closes, zone, work_opens, work_closes, notice, sms_daily_budget)
values ('6f1c1a52-0f5e-4d2b-9a57-0d9d3c1c7a01', 'Naapuriapu', '08 123 4567', 480, 960, 'Europe/Helsinki', 420, 1200, 120, 500);

create table person (
    person_id text primary key,
    coop_id text not null references coop,
    given text not null,
    family text not null,
    -- Both names in small letters without dots and accents: what the lounge's search looks in.
    name_key text not null,
    -- E.164. Two people may share a number (a couple's landline); only one of them signs in by it.
    phone text,
    phone_kind text check (phone_kind in ('mobile', 'landline')),
    signs_in bigint not null default 0 check (signs_in in (0, 1)),
    language text not null,
    contact text not null check (contact in ('sms', 'call', 'lounge')),
    birth_year bigint,
    -- Ordered with a number that nobody has answered yet: forgotten if the order isn't confirmed.
    provisional bigint not null default 0 check (provisional in (0, 1)),
    made bigint not null,
    constraint person_phone_has_kind check ((phone is null) = (phone_kind is null)),
    constraint person_signs_in_by_mobile check (signs_in = 0 or phone_kind = 'mobile'),
    constraint person_sms_needs_mobile check (contact <> 'sms' or phone_kind = 'mobile')
);

create index person_by_name on person (coop_id, name_key);
create index person_by_phone on person (coop_id, phone);
create unique index person_phone_signs_in on person (coop_id, phone) where signs_in = 1;

-- A person may have several.
create table person_role (
    person_id text not null references person,
    role text not null check (role in ('resident', 'relative', 'member', 'lounge', 'coordinator')),
    primary key (person_id, role)
);

-- A place where a resident gets help. Coordinates in millionths of a degree, from the street register.
create table home (
    home_id text primary key,
    coop_id text not null references coop,
    person_id text not null references person,
    street text not null,
    house text not null,
    district text not null,
    lat_micro bigint not null,
    lon_micro bigint not null,
    made bigint not null
);

create index home_by_person on home (person_id);

-- Who does the work, and the limits they set for themselves: law, not preference. Null is no limit of that kind.
create table member (
    person_id text primary key references person,
    coop_id text not null references coop,
    mode text not null check (mode in ('walk', 'bike', 'car')),
    -- Where their day begins and ends.
    lat_micro bigint not null,
    lon_micro bigint not null,
    visits_a_day bigint check (visits_a_day >= 0),
    minutes_a_day bigint check (minutes_a_day >= 0),
    visits_a_week bigint check (visits_a_week >= 0),
    minutes_a_week bigint check (minutes_a_week >= 0),
    heavy_a_week bigint check (heavy_a_week >= 0),
    days_in_row bigint check (days_in_row >= 0),
    heaviest text not null check (heaviest in ('light', 'medium', 'heavy')),
    gap bigint not null default 0 check (gap >= 0),
    furthest_metres bigint check (furthest_metres >= 0),
    -- Private to the member: nobody else's page reads it.
    earnings_guard text not null default 'off' check (earnings_guard in ('off', 'tell', 'wall')),
    earnings_cents bigint check (earnings_cents >= 0),
    wished_week bigint check (wished_week >= 0),
    -- 0: has left. Their past visits stay.
    active bigint not null default 1 check (active in (0, 1)),
    constraint member_guard_has_sum check ((earnings_guard = 'off') = (earnings_cents is null))
);

create index member_by_coop on member (coop_id, active);

create table member_skill (
    member_id text not null references member,
    service text not null,
    primary key (member_id, service)
);

-- The usual week, local time. A day may have several stretches.
create table member_hours (
    member_id text not null references member,
    weekday text not null check (weekday in ('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun')),
    from_minute bigint not null check (from_minute between 0 and 1440),
    to_minute bigint not null check (to_minute between 0 and 1440),
    primary key (member_id, weekday, from_minute),
    constraint member_hours_forward check (from_minute < to_minute)
);

-- A date that differs from the usual week: JSON list of [from, to] minutes, empty for a day off.
create table member_exception (
    member_id text not null references member,
    on_date text not null,
    hours text not null,
    primary key (member_id, on_date)
);

-- The strength of the day, private. A day without a row is normal. Nothing about why is stored anywhere.
create table member_strength (
    member_id text not null references member,
    on_date text not null,
    strength text not null check (strength in ('normal', 'less', 'pause')),
    primary key (member_id, on_date)
);

-- "Not this pair", said by either. The reason is nobody's business, so there is no column for it.
create table refusal_pair (
    resident_id text not null references person,
    member_id text not null references member,
    said_by text not null check (said_by in ('resident', 'member')),
    made bigint not null,
    primary key (resident_id, member_id)
);

-- Who may order for whom. No holder: the co-op's lounge, whoever helps there. Never deleted, only revoked.
create table mandate (
    mandate_id text primary key,
    coop_id text not null references coop,
    resident_id text not null references person,
    holder_id text references person,
    -- Codes of services with a space between; empty is all of them.
    services text not null,
    given text not null check (given in ('in_person', 'by_phone', 'on_paper', 'in_app')),
    given_at bigint not null,
    valid_until bigint not null,
    recorded_by text not null references person,
    revoked_at bigint
);

create index mandate_by_resident on mandate (resident_id);
create index mandate_by_holder on mandate (holder_id);
