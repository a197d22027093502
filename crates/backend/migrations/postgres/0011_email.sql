-- E-mail: a second channel, for messages and for codes, and what becomes of a message that one channel doesn't carry.

-- One address a person, there only once a code that was sent to it has come back. Two people may share one, as they may a
-- number; only one of them signs in by it. Compared in small letters: phones begin every word with a capital.
alter table person add column email text;
alter table person add column email_signs_in bigint not null default 0 check (email_signs_in in (0, 1));
-- They have chosen e-mail for what would be a text message.
alter table person add column email_first bigint not null default 0 check (email_first in (0, 1));

create index person_by_email on person (coop_id, lower(email)) where email is not null;
create unique index person_email_signs_in on person (coop_id, lower(email)) where email_signs_in = 1;

-- A code goes to a number or to an address; two more purposes are to show that an address, or a new
-- number, is one's own.
alter table sign_in_code alter column phone drop not null;
alter table sign_in_code add column email text;
alter table sign_in_code add constraint sign_in_code_goes_somewhere check ((phone is null) <> (email is null));
alter table sign_in_code drop constraint sign_in_code_purpose_check;
alter table sign_in_code add constraint sign_in_code_purpose_check check (purpose in ('sign_in', 'order', 'email', 'number'));

-- Where it goes by e-mail.
alter table outbox add column email text;
alter table outbox drop constraint outbox_way_check;
alter table outbox add constraint outbox_way_check check (way in ('sms', 'email', 'call', 'lounge'));
alter table outbox add constraint outbox_email_has_address check (way <> 'email' or email is not null);
drop index outbox_due;
create index outbox_due on outbox (coop_id, way, due) where way in ('sms', 'email') and sent_at is null and failed_at is null;

-- A channel that didn't carry a message, and why. The message is the same row, on to the next channel that its person has;
-- here is what was tried, so that none is tried twice and the coordinator sees what happened.
create table outbox_failure (
    message_id text not null references outbox (message_id) on delete cascade,
    way text not null check (way in ('sms', 'email')),
    at bigint not null,
    -- As outbox.trouble.
    trouble text not null,
    primary key (message_id, way)
);

create index outbox_failure_by_at on outbox_failure (at);
