-- Work to be done after a commit. Finished jobs are deleted; what is left is open (ready, running) or dead.
CREATE TABLE jobs (
    account_id {id} NOT NULL,
    id {id} NOT NULL,
    kind {text} NOT NULL,
    payload {text} NOT NULL,
    state {text} NOT NULL,
    run_at {int} NOT NULL,
    lease_until {int},
    lease_token {id},
    attempt {int} NOT NULL,
    max_attempts {int} NOT NULL,
    lane {text},
    dedupe_key {text},
    last_error {text},
    created_at {int} NOT NULL,
    PRIMARY KEY (account_id, id)
);

-- What is due, oldest first.
CREATE INDEX jobs_ready ON jobs (run_at, id) WHERE state = 'ready';

-- Whose lease has expired.
CREATE INDEX jobs_leased ON jobs (lease_until) WHERE state = 'running';

-- The oldest open job of a lane.
CREATE INDEX jobs_lane ON jobs (account_id, lane, id) WHERE lane IS NOT NULL AND state <> 'dead';

-- One job of a lane at a time, whatever two workers believe.
CREATE UNIQUE INDEX jobs_lane_running ON jobs (account_id, lane) WHERE lane IS NOT NULL AND state = 'running';

CREATE UNIQUE INDEX jobs_dedupe ON jobs (account_id, dedupe_key) WHERE dedupe_key IS NOT NULL AND state <> 'dead';

CREATE INDEX jobs_dead ON jobs (account_id, id) WHERE state = 'dead';
