-- Transfers between two currencies, with the rate that the record states or the two amounts give.
SELECT at, payer_account, payee_account, amount, currency, payee_amount, payee_currency, rate, base_amount,
       match_reason, transfer_id, debit_entry, credit_entry
FROM transfers
WHERE currency <> payee_currency
ORDER BY at, transfer_id
