package io.privsep.actuate;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;

/**
 * Lets the tag {@code error} of a timed call name what the function threw, and not the
 * class in whose place its caller gets a {@link io.privsep.PrivsepRemoteException}.
 */
public final class ErrorTagFilter implements MeterFilter {

	/**
	 * Names the class that the function threw, where it is not the caller's exception's.
	 */
	static final String REMOTE_ERROR = "privsep.remote.error";

	private static final String ERROR = "error";

	@Override
	public Meter.Id map(Meter.Id id) {
		String error = id.getTag(REMOTE_ERROR);
		if (error == null) {
			return id;
		}
		Iterable<Tag> others = id.getTags().stream().filter((tag) -> !tag.getKey().equals(REMOTE_ERROR)).toList();
		return id.replaceTags((id.getTag(ERROR) != null) ? Tags.of(others).and(ERROR, error) : others);
	}

}
