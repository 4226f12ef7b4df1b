package io.privsep.autoconfigure;

import java.io.IOException;
import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextRefreshedEvent;

import io.privsep.channel.Channels;
import io.privsep.channel.HelpersNotStartedException;
import io.privsep.context.PrivsepProperties;
import io.privsep.context.PrivsepProperties.Mode;
import io.privsep.linux.Accounts;
import io.privsep.linux.RootDrop;
import io.privsep.rights.ThreadRights;

/**
 * Waits for the helpers before anything else is started, the web server above all, and
 * then gives up root.
 * <p>
 * When the application context is closed, helpers are not ended here but with their bean,
 * so that users' {@code @PreDestroy} may still call functions. When it is only stopped,
 * as before a checkpoint, they are, and start again with it.
 */
final class PrivsepLifecycle implements SmartLifecycle, ApplicationListener<ContextRefreshedEvent> {

	private static final Logger logger = LoggerFactory.getLogger(PrivsepLifecycle.class);

	private static final int PHASE = Integer.MIN_VALUE + 1000;

	private final Channels channels;

	private final PrivsepProperties properties;

	private final ObjectProvider<WebServerFiles> webServerFiles;

	private final ConfigurableApplicationContext context;

	private final @Nullable ThreadRights own;

	private boolean running;

	private boolean stopped;

	private volatile boolean refreshed;

	private boolean dropped;

	PrivsepLifecycle(Channels channels, PrivsepProperties properties, ObjectProvider<WebServerFiles> webServerFiles,
			ConfigurableApplicationContext context, @Nullable ThreadRights own) {
		this.channels = channels;
		this.properties = properties;
		this.webServerFiles = webServerFiles;
		this.context = context;
		this.own = own;
	}

	@Override
	public void start() {
		long start = System.nanoTime();
		boolean isAgain = this.stopped;
		if (isAgain) {
			this.channels.startAgain();
			this.stopped = false;
		}
		try {
			this.channels.awaitFirstStart();
			if (!this.channels.all().isEmpty()) {
				logger.info("Started helpers {} (startup waited {} ms)",
						this.channels.all().keySet().stream().sorted().toList(),
						Duration.ofNanos(System.nanoTime() - start).toMillis());
			}
		}
		catch (HelpersNotStartedException ex) {
			if (this.properties.failFast()) {
				if (isAgain) {
					this.channels.close();
					this.stopped = true;
				}
				throw ex;
			}
			logger.warn("Going on without some helpers, as 'privsep.fail-fast' is false: {}", ex.getMessage());
		}
		dropRoot();
		this.running = true;
	}

	private void dropRoot() {
		String user = this.properties.dropRoot().user();
		if (user == null || this.dropped) {
			return;
		}
		if (this.properties.mode() != Mode.PROCESS && this.own != null && this.own.isOfOrdinaryUser()) {
			// as while developing: whom it would become need not exist on that machine
			logger.info("There is no root to drop: the application has no rights beyond those of its user");
			return;
		}
		int uid = Accounts.uid(user).orElseThrow(() -> invalid("user", user, "there is no such user"));
		String group = this.properties.dropRoot().group();
		int gid = (group != null)
				? Accounts.gid(group).orElseThrow(() -> invalid("group", group, "there is no such group"))
				: Accounts.primaryGid(uid).orElse(uid);
		if (uid == 0) {
			throw invalid("user", user, "that is root itself");
		}
		RootDrop drop = new RootDrop(uid, gid);
		if (drop.isDone()) {
			logger.debug("A parent of this application context has dropped root");
			this.dropped = true;
			return;
		}
		try {
			drop.run(() -> this.webServerFiles.ifAvailable((files) -> files.give(uid, gid)));
			this.dropped = true;
			this.channels.rightsChanged();
			this.webServerFiles.ifAvailable((files) -> files.warn(uid));
		}
		catch (IOException ex) {
			InvalidConfigurationPropertyValueException failure = invalid("user", user, "the application cannot become"
					+ " that user (" + ex.getMessage() + "); start it as root, or remove the property");
			failure.initCause(ex);
			throw failure;
		}
	}

	private static InvalidConfigurationPropertyValueException invalid(String property, String value, String reason) {
		return new InvalidConfigurationPropertyValueException("privsep.drop-root." + property, value, reason);
	}

	// A start that fails stops what has started, before it destroys beans.
	@Override
	public void onApplicationEvent(ContextRefreshedEvent event) {
		if (event.getApplicationContext() == this.context) {
			this.refreshed = true;
		}
	}

	@Override
	public void stop() {
		this.running = false;
		// without root, none could be started again
		if (this.refreshed && !this.context.isClosed() && !this.dropped) {
			this.stopped = true;
			this.channels.close();
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/**
	 * A paused context keeps its helpers, which have nothing to do then.
	 * @return whether helpers end with a pause
	 */
	@Override
	public boolean isPauseable() {
		return false;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
