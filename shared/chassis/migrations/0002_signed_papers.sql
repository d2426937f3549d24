-- Whether a signed paper was brought before.
create index consents_paper on consents ((paper ->> 'sm3')) where paper is not null;
