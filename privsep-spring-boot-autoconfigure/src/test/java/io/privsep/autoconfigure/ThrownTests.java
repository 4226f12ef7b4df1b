package io.privsep.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.zip.ZipException;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import io.privsep.PrivsepRemoteException;
import io.privsep.sample.Sample;
import io.privsep.sample.Throwing;
import io.privsep.sample.Throwing.CommandFailed;
import io.privsep.sample.Throwing.FlatDetails;
import io.privsep.sample.Throwing.FlatException;
import io.privsep.sample.Throwing.Mine;
import io.privsep.sample.Throwing.MineUnfit;
import io.privsep.sample.Throwing.NetDetails;
import io.privsep.sample.Throwing.NetException;
import io.privsep.sample.Throwing.NetSub;
import io.privsep.sample.Throwing.NotMounted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What reaches the caller of a function that throws.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
class ThrownTests {

	private ConfigurableApplicationContext context;

	private Throwing throwing;

	private String started;

	@BeforeAll
	void start(CapturedOutput output) {
		this.context = new SpringApplicationBuilder(Throwing.class).web(WebApplicationType.NONE)
			.sources(PrivsepAutoConfiguration.class)
			.properties("privsep.mode=in-process", "privsep.contexts.sample.capabilities=",
					"spring.main.banner-mode=off")
			.run();
		this.throwing = this.context.getBean(Throwing.class);
		this.started = output.getOut();
	}

	@AfterAll
	void stop() {
		this.context.close();
	}

	@Test
	void subclassOfADeclaredClassIsCaughtAsThatWithItsOwnClassInTheMessage() {
		assertThatExceptionOfType(IOException.class).isThrownBy(this.throwing::zip)
			.isExactlyInstanceOf(IOException.class)
			.withMessage("java.util.zip.ZipException: no zip");
		assertThatExceptionOfType(IOException.class).isThrownBy(this.throwing::malformed)
			.isExactlyInstanceOf(IOException.class)
			.withMessage("java.nio.charset.MalformedInputException: Input length = 3");
		assertThatExceptionOfType(Mine.class).isThrownBy(this.throwing::subOfMine)
			.isExactlyInstanceOf(Mine.class)
			.withMessage("io.privsep.sample.Throwing$MineSub: sub")
			.satisfies((ex) -> assertThat(ex.getCause()).isExactlyInstanceOf(IllegalStateException.class)
				.hasMessage("why"));
		assertThatExceptionOfType(Exception.class).isThrownBy(this.throwing::checkedSub)
			.isExactlyInstanceOf(Exception.class)
			.withMessage(Mine.class.getName() + ": checked");
		assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> this.throwing.fileSystem("/f"))
			.isExactlyInstanceOf(FileSystemException.class)
			.withMessage("/f: io.privsep.sample.Throwing$1: /f: mine");
		assertThatExceptionOfType(DateTimeException.class).isThrownBy(() -> this.throwing.parse("x"))
			.isExactlyInstanceOf(DateTimeException.class)
			.withMessage("java.time.format.DateTimeParseException: Text 'x' could not be parsed at index 0");
	}

	@Test
	void declaredClassThatMakesItsMessageItselfArrivesAsTheNextDeclaredClass() {
		assertThatExceptionOfType(Mine.class).isThrownBy(this.throwing::unfitSubOfMine)
			.isExactlyInstanceOf(Mine.class)
			.withMessage(MineUnfit.class.getName() + ": Interface eth0 not found");
	}

	@Test
	void uncheckedExceptionStaysUncheckedWhereAnyExceptionIsDeclared() {
		assertThatExceptionOfType(PrivsepRemoteException.class).isThrownBy(this.throwing::uncheckedSub)
			.satisfies((ex) -> assertThat(ex.remoteType()).isEqualTo(Sample.UndeclaredException.class.getName()));
	}

	@Test
	void exceptionWithDetailsArrivesWithThem() {
		assertThatExceptionOfType(NetException.class).isThrownBy(() -> this.throwing.net(404))
			.isExactlyInstanceOf(NetException.class)
			.withMessage("no route")
			.satisfies((ex) -> assertThat(ex.details()).isEqualTo(new NetDetails(404, List.of("a", "b"))));
		assertThatExceptionOfType(FlatException.class).isThrownBy(this.throwing::flat)
			.withMessage("Ended with 2")
			.satisfies((ex) -> assertThat(ex.getDetails()).isEqualTo(new FlatDetails(2, "err")));
	}

	@Test
	void subclassOfAnExceptionWithDetailsArrivesWithThemAsThat() {
		assertThatExceptionOfType(NetException.class).isThrownBy(() -> this.throwing.netSub(5))
			.isExactlyInstanceOf(NetException.class)
			.withMessage(NetSub.class.getName() + ": no route")
			.satisfies((ex) -> assertThat(ex.details()).isEqualTo(new NetDetails(5, List.of())));
	}

	@Test
	void causeWithDetailsArrivesWithThem() {
		assertThatExceptionOfType(Mine.class).isThrownBy(this.throwing::netAsCause)
			.withMessage("outer")
			.satisfies((ex) -> assertThat(((NetException) ex.getCause()).details().status()).isEqualTo(7));
	}

	@Test
	void exceptionWhoseDetailsAreTooLargeArrivesAsRemoteExceptionThatSaysSo() {
		assertThatExceptionOfType(PrivsepRemoteException.class).isThrownBy(this.throwing::largeNet)
			.withMessage(NetException.class.getName() + ": large")
			.satisfies((ex) -> assertThat(ex.getSuppressed()).singleElement().asString().contains("max-message-size"));
	}

	@Test
	void exceptionThatWouldLoseItsFieldsNeverArrivesAsItself() {
		assertThatExceptionOfType(PrivsepRemoteException.class).isThrownBy(this.throwing::commandFailed)
			.withMessage(CommandFailed.class.getName() + ": Ended with 2")
			.satisfies((ex) -> assertThat(ex.remoteType()).isEqualTo(CommandFailed.class.getName()));
		assertThat(this.started)
			.contains("Context 'sample': 'Throwing.commandFailed' declares 'CommandFailed', which would lose its fields"
					+ " 'exit', 'err'; its callers get a PrivsepRemoteException in its place");
	}

	@Test
	void declaredExceptionThatCannotArriveIsNamedAtTheStartAndNoOther() {
		assertThat(this.started)
			.contains("'Throwing.unfitSubOfMine' declares 'MineUnfit', which has no constructor (String), (String,"
					+ " Throwable) or () that keeps its message");
		assertThat(this.started.lines().filter((line) -> line.contains(" declares '"))).hasSize(2);
	}

	@Test
	void exceptionWithOneMessageArrivesAsItself() {
		assertThatExceptionOfType(NotMounted.class).isThrownBy(this.throwing::fixedText).withMessage("Not mounted");
	}

	@Test
	void suppressedExceptionsArrive() {
		assertThatExceptionOfType(IOException.class).isThrownBy(this.throwing::suppressed)
			.withMessage("first")
			.satisfies((ex) -> {
				assertThat(ex.getSuppressed()).hasSize(2);
				assertThat(ex.getSuppressed()[0]).isExactlyInstanceOf(IOException.class)
					.hasMessage(ZipException.class.getName() + ": second");
				assertThat(ex.getSuppressed()[0].getStackTrace()[0].getMethodName()).isEqualTo("suppressed");
				assertThat(ex.getSuppressed()[1]).isInstanceOf(PrivsepRemoteException.class)
					.hasMessageContaining("Ended with 3");
			});
	}

	@Test
	void exceptionThatIsACauseOfItselfArrives() {
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(this.throwing::itsOwnCause)
			.withMessage("a")
			.satisfies(
					(ex) -> assertThat(ex.getCause()).hasMessage("b").hasCauseInstanceOf(IllegalStateException.class));
	}

	@Test
	void commonUncheckedExceptionsArriveAsThemselves() {
		assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> this.throwing.missing(Path.of("/none")))
			.withMessage("unchecked")
			.withCauseExactlyInstanceOf(NoSuchFileException.class);
		assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> this.throwing.lines(Path.of("x")))
			.withMessage("java.util.zip.ZipException: x")
			.withCauseExactlyInstanceOf(IOException.class);
		assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(this.throwing::none)
			.isExactlyInstanceOf(NoSuchElementException.class)
			.withMessage("none");
		assertThatExceptionOfType(DateTimeException.class).isThrownBy(this.throwing::date).withMessage("no date");
	}

}
