package io.privsep.test;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationContext;
import org.springframework.test.context.TestContextManager;

import io.privsep.PrivsepTimeoutException;
import io.privsep.test.app.Motd;
import io.privsep.test.app.MotdApplication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * That each test method begins with no calls and no faults.
 */
@SpringBootTest(classes = MotdApplication.class)
@AutoConfigurePrivsep
class ResetTests {

	@Autowired
	private Motd motd;

	@Autowired
	private PrivsepCalls calls;

	@Autowired
	private PrivsepFaults faults;

	@BeforeEach
	void callFirst() {
		this.motd.pid();
	}

	@AfterEach
	void callLast() {
		assertThatExceptionOfType(PrivsepTimeoutException.class).isThrownBy(this.motd::pid);
	}

	// the second time is what shows it
	@RepeatedTest(2)
	void callsAndFaultsAreOfOneTestMethod() {
		assertThat(this.calls).calledOnce("motd", "pid");
		assertThat(this.motd.pid()).isPositive();
		this.faults.on("motd").always().timeout();
	}

	@Test
	void faultsAreTakenBackAfterTheTestMethod(@Autowired ApplicationContext context) throws Exception {
		TestContextManager manager = new TestContextManager(ResetTests.class);
		manager.getTestContext().getApplicationContext();
		this.faults.on("motd").always().timeout();
		manager.afterTestMethod(this, ResetTests.class.getDeclaredMethod("callFirst"), null);
		assertThat(this.motd.pid()).isPositive();
		assertThat(manager.getTestContext().getApplicationContext()).isSameAs(context);
		this.faults.on("motd").always().timeout();
	}

}
