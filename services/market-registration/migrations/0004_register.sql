-- Names of companies that the register tells of, and names that stand beside another in one place.
alter table names
    -- the company that has it
    add column credit_code text,
    -- it stands beside the name that holds the place alone
    add column shares boolean not null default false,
    -- what the declarant stated: grounds, an investment relation
    add column stated jsonb not null default '{}';
update names n set credit_code = m.value
from numbers m
where m.kind = 'credit_code' and m.subject = n.case_id and n.state ->> 'is' = 'registered';
create index names_of_company on names (credit_code) where credit_code is not null;

alter table name_slots
    -- the one seat that is held alone is nil; whoever stands beside it has a seat of its own
    add column seat uuid not null default '00000000-0000-0000-0000-000000000000';
alter table name_slots drop constraint name_slots_pkey;
alter table name_slots add primary key (authority, name, industry, seat);
