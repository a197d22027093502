-- Messages on their way. The row is written in the transaction that makes it true; from here on it tells how far it came.
--
-- A text goes to the gateway at most once: `taken_at` is committed before it is handed over. Whoever handed it over writes
-- what came of it. Where nobody could (the server died, the gateway gave no answer), it isn't sent again: what isn't sure
-- to have arrived is told by a person.

-- Not before this instant: the night is over, or it is time to try again.
alter table outbox add column due integer not null default 0;
alter table outbox add column tries integer not null default 0;
alter table outbox add column taken_at integer;
-- Parts it was carried in, as networks count them.
alter table outbox add column parts integer not null default 0;
-- The network's own word that it arrived.
alter table outbox add column arrived_at integer;
-- It can't go this way, or nobody knows whether it went: somebody tells it by voice.
alter table outbox add column failed_at integer;
-- Why, as a code: refused, silent, unsure, undelivered, late, budget.
alter table outbox add column trouble text;
-- What is written once whatever is run twice: the reminder of a visit for a date, the answer to one text message.
alter table outbox add column once text;

create unique index outbox_once on outbox (coop_id, once) where once is not null;
create index outbox_due on outbox (coop_id, due) where way = 'sms' and sent_at is null and failed_at is null;
create index outbox_failed on outbox (coop_id, failed_at) where failed_at is not null and sent_at is null;
create index outbox_sent on outbox (coop_id, sent_at) where parts > 0;

-- What was written before texts were sent at all isn't sent late.
update outbox set sent_at = made where way = 'sms' and sent_at is null;

-- The number that says yes to an offer in a text message; the next one says no. None where texts aren't answered.
alter table offer add column answer_number integer;
create index offer_by_member_made on offer (member_id, made);

-- The hours in which no message goes out that can wait: 21.00 to 8.00, local time.
alter table coop add column quiet_from integer not null default 1260 check (quiet_from between 0 and 1440);
alter table coop add column quiet_to integer not null default 480 check (quiet_to between 0 and 1440);
