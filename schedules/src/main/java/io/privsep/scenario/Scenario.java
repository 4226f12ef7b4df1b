package io.privsep.scenario;

/**
 * A small run of the product in memory, of which every order of its threads has to keep
 * what is promised.
 */
@FunctionalInterface
public interface Scenario {

	/**
	 * Runs it to its end, with all of its threads.
	 * @throws Exception if a promise is broken
	 */
	void run() throws Exception;

}
