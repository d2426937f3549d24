-- What the desk of the tests knows of a case: the rounds that it did, in the order in which it did them.
create table things (
    id uuid primary key,
    rounds int[] not null,
    note text not null
);
