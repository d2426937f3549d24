-- What people read of a step is made from its kind and these arguments; null is none. Notes stay what they were for rows that
-- were written before.
alter table case_steps
    alter column note set default '',
    add column arguments jsonb,
    -- whether the step's task was with its department after the message that told it; null for steps of the case as a whole
    add column assigned boolean;
alter table desk_steps
    alter column note set default '',
    add column arguments jsonb;
