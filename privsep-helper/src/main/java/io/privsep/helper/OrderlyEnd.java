package io.privsep.helper;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.List;

import org.slf4j.LoggerFactory;

import io.privsep.function.PrivilegedBean;

/**
 * What the beans have to do at the end, if that is in order: an application that sends
 * nothing more, and still takes what is sent to it, waits for it. One that has died, or
 * waits no longer, takes nothing.
 */
final class OrderlyEnd implements Runnable {

	/** How often the helper looks whether somebody still waits for its end. */
	private static final long LOOK_MILLIS = 100;

	private final PrivilegedBeans beans;

	OrderlyEnd(PrivilegedBeans beans) {
		this.beans = beans;
	}

	/**
	 * Does it.
	 * @param replies to the application
	 * @param factory makes the heartbeats
	 * @throws IOException if it does not
	 * @throws InterruptedException if the current thread is interrupted
	 */
	void await(ReplyWriter replies, ReplyFactory factory) throws IOException, InterruptedException {
		boolean hasEnd = false;
		for (PrivilegedBean bean : this.beans.table().beans()) {
			hasEnd |= !bean.callbacks(PrivilegedBean.PRE_DESTROY).isEmpty();
		}
		if (hasEnd) {
			replies.write(factory.pong());
			Thread ending = new Thread(this, "privsep-" + this.beans.table().context() + "-end");
			ending.setDaemon(true);
			ending.start();
			while (ending.isAlive()) {
				ending.join(LOOK_MILLIS);
				replies.write(factory.pong());
			}
		}
	}

	// Those made last first.
	@Override
	public void run() {
		List<Class<?>> types = this.beans.made();
		for (int i = types.size() - 1; i >= 0; i--) {
			Class<?> type = types.get(i);
			try {
				PrivilegedBeans.run(PrivilegedBean.PRE_DESTROY, this.beans.bean(type), this.beans.get(type));
			}
			catch (InvocationTargetException ex) {
				LoggerFactory.getLogger(type).error("@PreDestroy failed", ex.getCause());
			}
			catch (IllegalAccessException ex) {
				throw new IllegalStateException(ex);
			}
		}
	}

}
