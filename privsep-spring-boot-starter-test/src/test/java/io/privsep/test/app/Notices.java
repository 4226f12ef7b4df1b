package io.privsep.test.app;

import java.io.IOException;

import org.springframework.resilience.annotation.Retryable;
import org.springframework.stereotype.Service;

import io.privsep.PrivsepConnectionLostException;

/**
 * Writes messages of the day, which may be done again.
 */
@Service
public class Notices {

	private final Motd motd;

	public Notices(Motd motd) {
		this.motd = motd;
	}

	@Retryable(includes = PrivsepConnectionLostException.class, maxRetries = 2, delay = 1)
	public void publish(String message) throws IOException {
		this.motd.update(message);
	}

}
