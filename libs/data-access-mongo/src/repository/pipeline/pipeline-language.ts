/** How the operand of a stage is checked. */
export type StageOperand = 'query' | 'expression' | 'facet' | 'near';

/**
 * The stages that a pipeline may hold. Everything else is refused: `$out` and `$merge` write, `$lookup`, `$graphLookup` and `$unionWith` read other
 * rows (use `lookup`, `graphLookup`, `unionWith`, which confine them), and `$collStats`, `$indexStats`, `$changeStream` and their like tell of all tenants.
 */
export const STAGES: ReadonlyMap<string, StageOperand> = new Map<string, StageOperand>([
  ['$match', 'query'],
  ['$geoNear', 'near'],
  ['$facet', 'facet'],
  ...[
    '$addFields',
    '$bucket',
    '$bucketAuto',
    '$count',
    '$fill',
    '$group',
    '$limit',
    '$project',
    '$redact',
    '$replaceRoot',
    '$replaceWith',
    '$sample',
    '$set',
    '$setWindowFields',
    '$skip',
    '$sort',
    '$sortByCount',
    '$unset',
    '$unwind',
  ].map((stage) => [stage, 'expression'] as const),
]);

/** Conditions of a `$match` on one field. `$regex` is missing on purpose: `op.startsWith` escapes and anchors it. */
export const FIELD_CONDITIONS: ReadonlySet<string> = new Set([
  '$all',
  '$elemMatch',
  '$eq',
  '$exists',
  '$gt',
  '$gte',
  '$in',
  '$lt',
  '$lte',
  '$mod',
  '$ne',
  '$nin',
  '$not',
  '$size',
  '$type',
]);

/** What joins conditions of a `$match`. */
export const QUERY_JOINS: ReadonlySet<string> = new Set(['$and', '$or', '$nor']);

/** Expressions and accumulators, none of which runs code (`$function`, `$accumulator`) or reads other rows. */
export const EXPRESSIONS: ReadonlySet<string> = new Set(
  (
    '$abs $acos $acosh $add $addToSet $allElementsTrue $and $anyElementTrue $arrayElemAt $arrayToObject $asin $asinh $atan $atan2 $atanh $avg ' +
    '$binarySize $bottom $bottomN $bsonSize $ceil $cmp $concat $concatArrays $cond $convert $cos $cosh $count $covariancePop $covarianceSamp ' +
    '$dateAdd $dateDiff $dateFromParts $dateFromString $dateSubtract $dateToParts $dateToString $dateTrunc $dayOfMonth $dayOfWeek $dayOfYear ' +
    '$degreesToRadians $denseRank $derivative $divide $documentNumber $eq $exp $expMovingAvg $filter $first $firstN $floor $getField $gt $gte $hour ' +
    '$ifNull $in $indexOfArray $indexOfBytes $indexOfCP $integral $isArray $isNumber $isoDayOfWeek $isoWeek $isoWeekYear $last $lastN $let ' +
    '$linearFill $ln $locf $log $log10 $lt $lte $ltrim $map $max $maxN $median $mergeObjects $meta $millisecond $min $minN $minute $mod $month ' +
    '$multiply $ne $not $objectToArray $or $percentile $pow $push $radiansToDegrees $rand $range $rank $reduce $replaceAll $replaceOne ' +
    '$reverseArray $round $rtrim $second $setDifference $setEquals $setField $setIntersection $setIsSubset $setUnion $shift $sin $sinh $size ' +
    '$slice $sortArray $split $sqrt $stdDevPop $stdDevSamp $strLenBytes $strLenCP $strcasecmp $substr $substrBytes $substrCP $subtract $sum ' +
    '$switch $tan $tanh $toBool $toDate $toDecimal $toDouble $toInt $toLong $toLower $toObjectId $toString $toUpper $top $topN $trim $trunc $type ' +
    '$unsetField $week $year $zip'
  ).split(' '),
);
