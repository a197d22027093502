-- Somebody leaves, or has died. From `stopped` on nothing is done for them and nothing told to them; at `erase_at` they are
-- erased, unless it is taken back before. What is left then is a row without a name, so that visits, prices and the trace
-- still have somebody to point at.

alter table person add column stopped bigint;
alter table person add column erase_at bigint check ((stopped is null) = (erase_at is null));
alter table person add column erased bigint check (erased is null or (given = '' and family = '' and phone is null));

create index person_by_erase_at on person (erase_at) where erase_at is not null and erased is null;

-- How long they can change their mind. At least a day: the visits of the day on which they stop are over by then.
alter table coop add column erasure_days bigint not null default 14 check (erasure_days between 1 and 30);

-- How long messages are kept: a year, in which somebody may still ask what they were told.
alter table coop add column messages_days bigint not null default 365 check (messages_days between 30 and 3650);
