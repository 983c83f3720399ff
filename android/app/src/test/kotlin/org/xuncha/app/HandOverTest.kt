package org.xuncha.app

import android.app.job.JobParameters
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.util.ReflectionHelpers
import org.xuncha.app.platform.UploadJob
import org.xuncha.core.RecordShown
import java.io.File
import java.io.IOException
import java.io.InputStream

/** Handing over by file, by taps: the hub takes what was handed over, and only its answer makes it received. */
@RunWith(RobolectricTestRunner::class)
class HandOverTest {
    @get:Rule
    val stage = Stage()

    @Test
    fun what_was_found_without_a_network_goes_by_file_and_is_received_by_the_answer_and_once_only() {
        parted()
        stage.sees("1 条记录")
        stage.tap("写文件并交出去")
        stage.sees("文件写好了：1 条记录")
        stage.tap("知道了")
        stage.sees("还没有读入它的回执")
        val answer = stage.hub.takeFile(stage.handedOver())
        assertEquals("a file that was handed over is no receipt", listOf(RecordShown.WAITING), states())

        stage.tap("读入回执文件").choose(answer)
        stage.sees("已收到：1 条记录。")
        assertEquals(listOf(RecordShown.RECEIVED), states())
        assertFalse("nobody needs the file any more", folder.exists())
        stage.tap("返回")
        stage.sees("已收到，回执号")

        stage.hub.startAgain()
        stage.sync()
        assertEquals(1, stage.hub.records().size)
    }

    @Test
    fun an_answer_tells_what_was_returned_too() {
        stage.enrol(TestHub.VOLUNTEER).open()
        stage.inspect("蓝鲸网吧")
        stage.hub.review(stage.hub.records().single(), returnedBecause = "请补上同行的人")
        stage.hub.stop()
        stage.tap("回首页").tap("记录").tap("没有网络？用文件上交")
        stage.sees("没有等待上传的记录")
        stage.tap("写文件并交出去")
        val answer = stage.hub.takeFile(stage.handedOver())
        stage.tap("知道了").tap("读入回执文件").choose(answer)
        stage.sees("1 条被退回")
        stage.tap("返回")
        stage.sees("已退回：请补上同行的人")
    }

    @Test
    fun each_wrong_file_is_told_apart_and_changes_nothing() {
        parted()
        stage.tap("写文件并交出去")
        val handedOver = stage.handedOver()
        val answer = stage.hub.takeFile(handedOver)
        val wrong = mapOf(
            handedOver to "这是手机交出去的文件，不是回执",
            answer.copyOf(answer.size / 2) to "没有拷完整",
            "%PDF-1.7".toByteArray() to "这不是回执文件",
            ByteArray(70_000_000) to "这不是回执文件",
        )
        for ((content, words) in wrong) {
            stage.tap("读入回执文件").choose(content)
            stage.sees(words)
            assertEquals(listOf(RecordShown.WAITING), states())
        }
        assertEquals("no copy stays behind", emptyList<File>(), stage.app.cacheDir.listFiles { file -> file.isFile }!!.toList())
        stage.anotherPhone("second")
        stage.hub.startAgain()
        stage.enrol(TestHub.SECOND).open()
        stage.tap("记录").tap("没有网络？用文件上交").tap("读入回执文件").choose(answer)
        stage.sees("给另一部手机的")
    }

    @Test
    fun a_file_that_another_app_cannot_give_is_told_and_one_that_was_not_chosen_changes_nothing() {
        parted()
        val broken = object : InputStream() {
            override fun read(): Int = throw IOException("the stick was pulled out")
        }
        stage.tap("读入回执文件").choose(broken)
        stage.sees("这个文件打不开")
        stage.tap("知道了").tap("读入回执文件").choose(null)
        stage.seesNot("这个文件打不开")
        stage.sees("1 条记录")
    }

    @Test
    fun a_phone_on_which_no_app_takes_or_chooses_files_says_so() {
        parted()
        shadowOf(stage.app).checkActivities(true)
        stage.tap("写文件并交出去")
        stage.sees("没有能发文件的应用")
        stage.tap("知道了").tap("读入回执文件")
        stage.sees("打不开文件")
        assertEquals(listOf(RecordShown.WAITING), states())
    }

    @Test
    fun a_full_phone_says_so_when_a_file_is_written_and_when_one_is_read() {
        parted()
        stage.tap("写文件并交出去")
        val answer = stage.hub.takeFile(stage.handedOver())
        SmallDisk(stage.app.cacheDir).use { disk ->
            disk.fill()
            stage.tap("写文件并交出去")
            stage.sees("手机空间满了")
            stage.tap("知道了").tap("读入回执文件").choose(answer)
            stage.sees("手机空间满了")
            disk.makeRoom()
            stage.tap("知道了").tap("读入回执文件").choose(answer)
            stage.sees("已收到")
        }
    }

    @Test
    fun the_answer_is_taken_though_the_process_died_behind_the_choice_of_files() {
        parted()
        stage.tap("写文件并交出去")
        val answer = stage.hub.takeFile(stage.handedOver())
        stage.tap("知道了").tap("读入回执文件").killBehindChoice(answer)
        stage.sees("已收到：1 条记录。")
        stage.recreate()
        stage.sees("已收到：1 条记录。")
    }

    @Test
    fun a_file_of_before_goes_when_another_is_written() {
        parted()
        stage.tap("写文件并交出去")
        val first = stage.handedOver()
        stage.pass(TestClock.HOUR)
        stage.tap("知道了").tap("写文件并交出去")
        val files = folder.listFiles()!!
        assertArrayEquals(stage.handedOver(), files.single().readBytes())
        assertFalse(first.contentEquals(files.single().readBytes()))
    }

    @Test
    fun a_file_is_written_and_its_answer_read_in_while_an_upload_hangs_and_nothing_is_doubled() {
        hanging()
        stage.sees("1 条记录")
        stage.tap("写文件并交出去")
        stage.sees("文件写好了：1 条记录")
        assertFalse("nothing was received yet", RecordShown.RECEIVED in states())
        stage.hub.stop()
        val answer = stage.hub.takeFile(stage.handedOver())
        stage.tap("知道了").tap("读入回执文件").choose(answer)
        stage.sees("已收到：1 条记录。")
        stage.sees("没有等待上传的记录")
        stage.hub.startAgain()
        stage.awaitsUploads = true
        stage.sync()
        stage.sees("已收到：1 条记录。")
        assertEquals(listOf(RecordShown.RECEIVED), states())
        assertEquals(1, stage.hub.records().size)
    }

    @Test
    fun what_went_by_the_network_after_all_is_not_said_to_wait_for_the_answer_of_a_file() {
        hanging()
        stage.tap("写文件并交出去")
        val file = stage.handedOver()
        stage.sees("都还在本机")
        stage.hub.thaw()
        stage.awaitsUploads = true
        stage.sync()
        stage.seesNot("都还在本机")
        stage.seesNot("还没有读入它的回执")
        stage.sees("没有等待上传的记录")
        assertEquals(listOf(RecordShown.RECEIVED), states())
        assertArrayEquals("the chosen app may still be fetching it", file, folder.listFiles()!!.single().readBytes())
        stage.pass(QUARTER)
        stage.sync()
        assertFalse("nobody needs it any more", folder.exists())

        stage.hub.stop()
        val answer = stage.hub.takeFile(file)
        stage.hub.startAgain()
        stage.tap("读入回执文件").choose(answer)
        stage.seesNot("已收到：1 条记录")
        assertEquals(1, stage.hub.records().size)
    }

    @Test
    fun a_file_goes_with_an_upload_in_the_background_though_its_page_was_left() {
        parted()
        stage.tap("写文件并交出去")
        stage.sync()
        assertTrue("it waits for its answer", folder.exists())
        stage.tap("返回")
        stage.hub.startAgain()
        val job = Robolectric.buildService(UploadJob::class.java).create().get()
        stage.pass(QUARTER)
        job.onStartJob(ReflectionHelpers.newInstance(JobParameters::class.java))
        stage.settle()
        assertEquals(listOf(RecordShown.RECEIVED), states())
        assertFalse("nobody needs it any more", folder.exists())
    }

    @Test
    fun a_file_that_a_dead_process_left_goes_at_the_next_start_once_nothing_waits_and_not_before() {
        parted()
        stage.tap("写文件并交出去")
        stage.kill()
        assertTrue("it waits for its answer", folder.exists())
        stage.hub.startAgain()
        runBlocking { stage.book.sync(null) }
        stage.hub.stop()
        stage.pass(QUARTER - 1)
        stage.kill()
        assertEquals(listOf(RecordShown.RECEIVED), states())
        assertTrue("the chosen app may still be fetching it", folder.exists())
        stage.pass(1)
        stage.kill()
        assertFalse("nobody needs it any more", folder.exists())
    }

    @Test
    fun a_file_whose_age_cannot_be_told_because_the_clock_was_set_back_does_not_stay() {
        parted()
        stage.tap("写文件并交出去")
        stage.hub.startAgain()
        runBlocking { stage.book.sync(null) }
        stage.clock.wrongBy = -TestClock.DAY
        stage.sync()
        assertFalse(folder.exists())
    }

    @Test
    fun a_file_that_only_asks_for_what_is_new_is_overtaken_by_nothing() {
        stage.enrol(TestHub.VOLUNTEER).open().activity.go(Kind.HAND_OVER)
        stage.hub.stop()
        stage.tap("写文件并交出去")
        stage.sync()
        assertTrue(folder.exists())
    }

    private val folder get() = File(stage.app.cacheDir, "handed-over")

    /** A phone whose one inspection is on its way to a hub that does not answer, on the page by which it hands over. */
    private fun hanging() {
        stage.enrol(TestHub.VOLUNTEER).open()
        stage.hub.freeze()
        stage.awaitsUploads = false
        stage.inspect("蓝鲸网吧")
        stage.activity.go(Kind.HAND_OVER)
        stage.settle()
    }

    /** A phone with one inspection and no network, on the page by which it hands over. */
    private fun parted() {
        stage.enrol(TestHub.VOLUNTEER).open()
        stage.hub.stop()
        stage.inspect("蓝鲸网吧")
        stage.tap("回首页").tap("等待上传").tap("没有网络？用文件上交")
    }

    private fun states() = stage.book.history(null, 10u).lines.map { it.state.state }

    private companion object {
        /** How long a file stays for the app that was chosen. */
        const val QUARTER = 15 * 60_000L
    }
}
