package io.privsep.channel;

import java.time.Duration;
import java.util.List;
import java.util.TreeMap;

import io.privsep.definition.AuditPlace;
import io.privsep.definition.HelperDefinition;
import io.privsep.definition.HelperDefinition.Installation;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.rights.Capabilities;

/**
 * What a {@link Rig} is to be.
 *
 * @param slots how many calls may run at once
 * @param standby how many spares there should be
 * @param recycle how long a helper serves
 * @param queue the queue-timeout
 * @param grace how long a function may ignore its cancellation
 * @param ping the ping-interval
 * @param capacity how many bytes a connection takes, each way
 * @param failedStarts how many starts fail
 * @param installed whether helpers log over the connection
 * @param script what helpers do
 */
record Settings(int slots, int standby, ContextSettings.Recycle recycle, Duration queue, Duration grace, Duration ping,
		int capacity, int failedStarts, boolean installed, Rig.Script script) {

	static final int UID = 7;

	static Settings of(int slots, int standby, Rig.Script script) {
		return new Settings(slots, standby, ContextSettings.Recycle.NEVER, Rig.LONG, Duration.ofMillis(50),
				Duration.ZERO, 1 << 14, 0, false, script);
	}

	Settings recycleAfter(int calls) {
		return new Settings(this.slots, this.standby, new ContextSettings.Recycle(calls, null), this.queue, this.grace,
				this.ping, this.capacity, this.failedStarts, this.installed, this.script);
	}

	Settings times(Duration queue, Duration grace, Duration ping) {
		return new Settings(this.slots, this.standby, this.recycle, queue, grace, ping, this.capacity,
				this.failedStarts, this.installed, this.script);
	}

	Settings take(int capacity) {
		return new Settings(this.slots, this.standby, this.recycle, this.queue, this.grace, this.ping, capacity,
				this.failedStarts, this.installed, this.script);
	}

	Settings failFirst(int starts) {
		return new Settings(this.slots, this.standby, this.recycle, this.queue, this.grace, this.ping, this.capacity,
				starts, this.installed, this.script);
	}

	Settings logging() {
		return new Settings(this.slots, this.standby, this.recycle, this.queue, this.grace, this.ping, this.capacity,
				this.failedStarts, true, this.script);
	}

	HelperDefinition definition() {
		Rights rights = this.installed ? new Rights(UID, UID, List.of(), Capabilities.NONE) : null;
		Installation installation = this.installed ? new Installation("build", "jvm", true, List.of(), new TreeMap<>())
				: null;
		return new HelperDefinition("lab",
				new HelperDefinition.Code(List.of(FakeHelper.Functions.class.getName()), null), rights,
				this.installed ? UID + 1 : -1, new HelperDefinition.Calls(this.slots, 4096, 250_000),
				new HelperDefinition.Logging("INFO", new AuditPlace.Off()),
				new HelperDefinition.Confinement(4096, false, null), installation);
	}

}
