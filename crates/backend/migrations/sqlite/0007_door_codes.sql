-- Codes of doors. Neither code nor key is anywhere in the clear: a code is sealed with its resident's own key, and that key
-- with the installation's secret, which is in no database and in no backup of one. Whoever destroys a resident's key has
-- destroyed their codes, in every copy there is.

create table resident_key (
    person_id text primary key references person,
    coop_id text not null references coop,
    -- Which of the installation's secrets it is sealed with: the newest, after a start with a new one.
    secret_id text not null,
    -- Hex: nonce, then the key, sealed with the person's id beside it.
    sealed text not null,
    made integer not null
) strict;

create table door_code (
    home_id text primary key references home,
    coop_id text not null references coop,
    person_id text not null references person,
    -- Hex: nonce, then the code, sealed with the home's id beside it: moved to another row, it can't be opened.
    sealed text not null,
    made integer not null,
    made_by text not null references person
) strict;

create index door_code_by_person on door_code (person_id);
