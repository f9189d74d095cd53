-- Accounts as they are shown: who holds an account that is known from payments alone is masked where the name says
-- something of health, sex life, belief or politics (Directive (EU) 2016/680 Art. 10).
SELECT account_id, scheme, number, iban, bank, bic, currency, country,
       CASE WHEN NOT seized AND special_category(holder_name, NULL, NULL, NULL) THEN '[special category: masked]'
            ELSE holder_name END AS holder_name,
       opened, closed, seized
FROM accounts
