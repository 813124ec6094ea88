-- Customers who told WhatsApp to stop a company's promotions.

-- Since when; null while they may be sent some.
ALTER TABLE contacts ADD COLUMN marketing_opt_out_at {int};
-- When they last chose either way: the newest choice counts, in whatever order they are told.
ALTER TABLE contacts ADD COLUMN marketing_choice_at {int};
