-- Pairs of entries that may be one transfer where the record leaves it open; those that were left apart first.
SELECT g.kind, g.tied, d.booking_date AS debited, c.booking_date AS credited, d.account_id AS payer_account,
       c.account_id AS payee_account, d.amount, coalesce(d.currency, '') AS currency, c.amount AS payee_amount,
       coalesce(c.currency, '') AS payee_currency, g.debit_entry, g.debit_detail, g.credit_entry, g.credit_detail,
       g.reason
FROM ambiguous_legs AS g
JOIN entries AS d ON d.entry_id = g.debit_entry
JOIN entries AS c ON c.entry_id = g.credit_entry
ORDER BY g.tied, g.kind, debited, g.debit_entry, g.debit_detail, g.credit_entry, g.credit_detail
