package dev.concordat.crm;

import dev.concordat.ledger.Certificates;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hc.client5.http.utils.DateUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How much each lane asks of the CRM, by how the CRM answers it. */
final class Pace {
    private static final Logger LOG = LoggerFactory.getLogger(Pace.class);
    /** How many entities are claimed at once; fewer where the CRM refuses everything. */
    private static final int ROOM = 100;
    private static final int ROOM_FOR_TRIAL = 4;
    /** Longest pause before an entity is sent again, in seconds, where the CRM names none. */
    private static final int LONGEST_PAUSE = 60;
    /** Longest pause that the CRM may name, in seconds. */
    private static final int LONGEST_NAMED = 3600;
    private static final Set<Integer> OF_THE_CRM = Set.of(429, 503);
    private static final Set<Integer> OF_THE_LOGIN = Set.of(401, 407);
    private static final Duration NOT_WORTH_A_WORD = Duration.ofMinutes(1);
    /** For so long after the next call was due, which is a quarter of its pause later at most, a trouble is taken to last. */
    private static final Duration LAPSE = Duration.ofMinutes(5);
    /** A claim is for 20 seconds, and a call takes 7 at most. */
    private static final Duration LATEST_CALL = Duration.ofSeconds(12);
    /** An entity may take two calls, and calls may be slow: for so long its rate may let a lane call for what it claims at once. */
    private static final long CALLS_FOR_SECONDS = LATEST_CALL.toSeconds() / 4;

    private final Export.Limit limit;
    private final Clock clock;
    private final Map<String, Instant> rests = new ConcurrentHashMap<>();
    /** How often the CRM has refused in a row, by lane. */
    private final Map<String, Integer> refusals = new ConcurrentHashMap<>();
    /** For whom the CRM named more than a minute while it has taken nothing since, by lane. */
    private final Map<String, String> named = new ConcurrentHashMap<>();
    /** What stands against the CRM's certificate, by lane; of those whose last call failed for that. */
    private final Map<String, String> objections = new ConcurrentHashMap<>();
    /** Lanes of which the CRM has not taken what it was told last. */
    private final Map<String, Trouble> troubles = new ConcurrentHashMap<>();

    /**
     * @param lapses when nothing can be said of it any more, as this bridge has not called again: another one may have told the CRM meanwhile
     * @param status    of the last answer; null where there was none
     * @param objection to the CRM's certificate; null where the last call did not fail for that
     * @param said      what the log has named as the cause, empty for none; null where it has said nothing yet
     */
    private record Trouble(Instant since, Instant lapses, Integer status, String objection, String said) {
        /** A cause that was not named yet is worth another line; that there is none any more is not. */
        boolean isNews(String objection) {
            return said == null || objection != null && !objection.equals(said);
        }
    }

    Pace(Export.Limit limit, Clock clock) {
        this.limit = limit;
        this.clock = clock;
    }

    /** See {@link Export#room}. */
    int room(String region) {
        int most = refusals.getOrDefault(region, 0) > limit.refusals() ? ROOM_FOR_TRIAL : ROOM;
        return rests(region) ? 0 : (int) Math.min(most, limit.rate() * CALLS_FOR_SECONDS);
    }

    /** See {@link Export#keepTime}. */
    void keepTime(Long claimedAt, String region) {
        if (claimedAt != null && System.nanoTime() - claimedAt > LATEST_CALL.toNanos() || rests(region)) {
            throw new Untimely();
        }
    }

    /** See {@link Export#countRefusal}. */
    void refused(String region, Integer status) {
        note(region, status, limit.trial());
        int refused = refusals.merge(region, 1, Integer::sum);
        if (refused > limit.refusals()) {
            rest(region, limit.trial(), refused + " refusals in a row, the last one " + status);
        }
    }

    boolean rests(String region) {
        Instant till = rests.get(region);
        return till != null && clock.instant().isBefore(till);
    }

    /** See {@link Export#objection}. */
    String objection(String region) {
        Trouble trouble = troubles.get(region);
        if (!lasts(trouble)) {
            return null;
        }
        if (trouble.status != null && OF_THE_LOGIN.contains(trouble.status)) {
            return "answers " + trouble.status + "; 'concordat.crm.authorization' should be what it accepts";
        }
        return trouble.objection == null ? null : trouble.objection + "; " + Certificates.BY_JAVA;
    }

    /** See {@link Export#reached}. */
    void reached(String region) {
        objections.remove(region);
    }

    /** See {@link Export#unreached}. */
    void unreached(String region, Throwable failure) {
        objections.compute(region, (lane, last) -> Certificates.objection(failure).orElse(null));
    }

    void taken(String region) {
        refusals.remove(region);
        named.remove(region);
        Trouble over = troubles.remove(region);
        if (over != null && over.said != null) {
            LOG.info("lane {}: the CRM takes what it is told again", region);
        }
    }

    /**
     * The CRM did not take it, and may later. A CRM that names more than a minute for one entity after the other is left alone by the whole lane.
     *
     * @param status with which it answered; null where it was not reached
     * @return the pause before it is told again, in seconds
     */
    double notTaken(Map<String, Object> claim, String region, String retryAfter, Integer status) {
        long wanted = wanted(retryAfter);
        int attempts = ((Number) claim.get("attempts")).intValue();
        double pause = wanted > 0 ? wanted : Math.min(LONGEST_PAUSE, 0.25 * Math.pow(2, Math.min(attempts, 10)));
        note(region, status, Duration.ofMillis(Math.round(pause * 1000)));
        if (status != null && OF_THE_CRM.contains(status) && wanted > LONGEST_PAUSE) {
            String subject = claim.get("entity") + "/" + claim.get("id");
            String before = named.putIfAbsent(region, subject);
            if (before != null && !before.equals(subject)) {
                named.remove(region);
                rest(region, Duration.ofSeconds(wanted), "Retry-After: " + retryAfter);
            }
        }
        return pause;
    }

    /** Says when a lane could tell nothing for a minute, and again when that turns out to be for the CRM's certificate; single calls fail every day. */
    private void note(String region, Integer status, Duration pause) {
        Instant now = clock.instant();
        troubles.compute(region, (lane, last) -> {
            String objection = objections.get(region);
            Trouble before = lasts(last) ? last : new Trouble(now, now, status, objection, null);
            boolean due = !now.isBefore(before.since.plus(NOT_WORTH_A_WORD)) && before.isNews(objection);
            if (due) {
                LOG.warn("lane {}: the CRM has taken nothing since {}, status={}{}", region, before.since, status,
                        objection == null ? "" : " cause=[" + objection + "]");
            }
            return new Trouble(before.since, now.plus(pause.multipliedBy(5).dividedBy(4)).plus(LAPSE), status, objection,
                    due ? Objects.requireNonNullElse(objection, "") : before.said);
        });
    }

    private boolean lasts(Trouble trouble) {
        return trouble != null && clock.instant().isBefore(trouble.lapses);
    }

    private void rest(String region, Duration time, String why) {
        if (!rests(region)) {
            Instant till = clock.instant().plus(time);
            rests.put(region, till);
            LOG.warn("lane {} tells the CRM nothing until {}: {}", region, till, why);
        }
    }

    /** In seconds, whether the CRM named them or a date; 0 where it named neither. */
    private long wanted(String retryAfter) {
        if (retryAfter == null) {
            return 0;
        }
        if (retryAfter.matches("[0-9]{1,9}")) {
            return Math.min(LONGEST_NAMED, Long.parseLong(retryAfter));
        }
        Instant date = DateUtils.parseStandardDate(retryAfter);
        return date == null ? 0 : Math.max(0, Math.min(LONGEST_NAMED, Duration.between(clock.instant(), date).toSeconds()));
    }
}
