package io.privsep.channel;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What there was to say of a channel at one moment.
 *
 * @param context name of the context
 * @param state what the channel was doing
 * @param pid process id of the helper; {@code null} if there was none, such as between
 * one that was recycled and the next one
 * @param user whom the helper runs as, as configured
 * @param capabilities what it keeps, as configured
 * @param mode the mode of privsep
 * @param restarts how often another helper has taken the place of one that ended
 * @param recycled how often another helper has taken over from one that had served for as
 * many calls, or as long, as it may
 * @param starts how many helpers were ready, spares as well
 * @param startTime how long they have taken until then, together
 * @param since when the state began; {@code null} before the first start
 * @param lastFailure the last failure; {@code null} if there was none
 * @param standby how many spares there should be
 * @param spares how many spares were ready to take the helper's place
 */
public record ChannelStatus(String context, ChannelState state, @Nullable Long pid, String user,
		List<String> capabilities, String mode, int restarts, int recycled, int starts, Duration startTime,
		@Nullable Instant since, @Nullable String lastFailure, int standby, int spares) {
}
