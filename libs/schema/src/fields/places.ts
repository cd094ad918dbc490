import { z } from 'zod';
import { text } from './text.js';

/** ISO 3166-1 alpha-2, the officially assigned codes. */
const COUNTRIES = `AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH
CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS
GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC
MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW
PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US
UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW`;

/** ISO 4217, the codes of money in circulation; funds, metals and test codes are left out. */
const CURRENCIES = `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE
CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR
KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK
PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD
UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG`;

const oneOf = (codes: string): RegExp => new RegExp(`^(?:${codes.split(/[ \n]/u).join('|')})$`, 'u');
const COUNTRY = oneOf(COUNTRIES);
const CURRENCY = oneOf(CURRENCIES);

/** A country as ISO 3166-1 alpha-2: two capital letters that are assigned. */
export const country = (): z.ZodString => z.string().regex(COUNTRY, 'must be a country code of ISO 3166-1, such as CH');

/** A currency as ISO 4217: three capital letters that are in use. Amounts beside it are integers in its minor unit. */
export const currency = (): z.ZodString => z.string().regex(CURRENCY, 'must be a currency code of ISO 4217, such as USD');

/** A telephone number as ITU E.164: `+`, country code and number, 7 to 15 digits, no spaces. */
export const phone = (): z.ZodString => z.string().regex(/^\+[1-9][0-9]{6,14}$/u, 'must be a telephone number such as +41445550100');

/** A language as BCP 47 writes it: language, then script and region where they matter (`de`, `de-CH`, `zh-Hant-TW`). The form only. */
export const language = (): z.ZodString =>
  z.string().regex(/^[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?$/u, 'must be a language tag such as de-CH');

/** A time zone by its IANA name (`UTC`, `Europe/Zurich`). The form only: the list changes several times a year. */
export const timeZone = (): z.ZodString =>
  text({ max: 64 }).regex(/^[A-Z][A-Za-z0-9_+\-]*(?:\/[A-Za-z0-9_+\-]+){0,2}$/u, 'must be a time zone such as Europe/Zurich');

/** A postal address. Lines, city, state and postal code are as the country writes them. */
export const postalAddress = () =>
  z.strictObject({
    line1: text({ min: 1, max: 200 }),
    line2: text({ max: 200 }).nullable(),
    city: text({ min: 1, max: 100 }),
    state: text({ max: 100 }).nullable(),
    postal_code: text({ max: 20 }).nullable(),
    country: country(),
  });
