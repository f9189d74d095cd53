-- Transfers told in the case's currency by exchange rates, with each rate, its day and the bytes it stands in.
SELECT t.at, t.transfer_id, t.amount, t.currency, t.base_amount, r.number, r.day, r.base, r.currency AS rate_currency,
       r.rate, r.source_id, r.locator, r.byte_start, r.byte_end
FROM transfer_rates AS r
JOIN transfers AS t ON t.transfer_id = r.transfer_id
ORDER BY t.at, t.transfer_id, r.number
