package io.privsep.sandbox;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;

import org.apache.poi.ss.usermodel.Row;
import org.apache.poi.xssf.streaming.SXSSFSheet;
import org.apache.poi.xssf.streaming.SXSSFWorkbook;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.annotation.DirtiesContext;

import io.privsep.PrivsepFunction;
import io.privsep.autoconfigure.PrivsepAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * A spreadsheet that is small as a file, and takes more memory than its parser has: the
 * caller learns which setting to change.
 */
@EnabledIf(value = "io.privsep.sandbox.Sandboxes#areAvailable", disabledReason = Sandboxes.MISSING)
@SpringBootTest(properties = { "privsep.mode=unprivileged", "privsep.contexts.sheets.capabilities=",
		"privsep.contexts.sheets.sandbox.enabled=true", "privsep.contexts.sheets.call-timeout=1m",
		"privsep.contexts.sheets.start-timeout=5m", "privsep.contexts.sheets.queue-timeout=5m" })
@Tag("full")
@DirtiesContext
class SpreadsheetIntegrationTests {

	private static final int COLUMNS = 20;

	@Autowired
	private Spreadsheets spreadsheets;

	@Test
	void spreadsheetThatFitsIsRead() throws IOException {
		assertThat(this.spreadsheets.rows(spreadsheet(100))).isEqualTo(100);
	}

	@Test
	void spreadsheetThatTakesMoreThanTheDefaultHeapNamesIt() throws IOException {
		byte[] spreadsheet = spreadsheet(12_000);
		assertThat(spreadsheet).hasSizeBetween(1_000_000, 1_300_000);
		// the helper runs out of memory, or its call ends with a full heap; on a busy
		// machine the call may be over before either
		Awaitility.await()
			.atMost(Duration.ofMinutes(5))
			.until(() -> failureOf(spreadsheet),
					(message) -> message.matches("(?s).*(out of memory|in use after a collection):"
							+ " raise 'privsep.contexts.sheets.jvm.max-heap' of 64MB, or send less.*"));
	}

	private String failureOf(byte[] spreadsheet) {
		Throwable thrown = catchThrowable(() -> this.spreadsheets.rows(spreadsheet));
		assertThat(thrown).as("the spreadsheet was read after all").isNotNull();
		return String.valueOf(thrown.getMessage());
	}

	private static byte[] spreadsheet(int rows) throws IOException {
		try (SXSSFWorkbook workbook = new SXSSFWorkbook(); ByteArrayOutputStream out = new ByteArrayOutputStream()) {
			SXSSFSheet sheet = workbook.createSheet();
			for (int i = 0; i < rows; i++) {
				Row row = sheet.createRow(i);
				for (int j = 0; j < COLUMNS; j++) {
					row.createCell(j).setCellValue(i * j % 7919);
				}
			}
			workbook.write(out);
			return out.toByteArray();
		}
	}

	@PrivsepFunction("sheets")
	static class Spreadsheets {

		public int rows(byte[] spreadsheet) throws IOException {
			try (XSSFWorkbook workbook = new XSSFWorkbook(new ByteArrayInputStream(spreadsheet))) {
				return workbook.getSheetAt(0).getPhysicalNumberOfRows();
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(PrivsepAutoConfiguration.class)
	@Import(Spreadsheets.class)
	static class Application {

	}

}
