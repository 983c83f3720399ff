package org.xuncha.app

import android.content.Intent
import android.net.Uri
import org.junit.Assert.assertEquals
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.xuncha.core.RecordShown
import java.io.File

/** A file that a file manager or a messenger opens with the app is read in, whatever the app was at. */
@RunWith(RobolectricTestRunner::class)
class HandedInTest {
    @get:Rule
    val stage = Stage()

    @Test
    fun a_file_opened_from_a_file_manager_is_read_in_by_an_app_that_starts_for_it() {
        val answer = answered()
        stage.open(intent = stage.opened(answer))
        stage.sees("已收到：1 条记录。")
        assertEquals(listOf(RecordShown.RECEIVED), states())
        stage.tap("返回")
        stage.sees("4 个场所")
    }

    @Test
    fun a_file_shared_by_a_messenger_is_read_in_by_the_open_app() {
        val answer = answered()
        stage.open().tap("记录").tap("没有网络？用文件上交")
        stage.handIn(stage.shared(answer))
        stage.sees("已收到：1 条记录。")
        stage.tap("返回")
        stage.sees("已收到，回执号")
    }

    @Test
    fun it_is_read_once_though_the_phone_is_turned_or_its_process_dies() {
        val answer = answered()
        stage.open(intent = stage.opened(answer))
        stage.recreate()
        stage.sees("已收到：1 条记录。")
        stage.kill()
        stage.seesNot("没有新的内容")
        stage.sees("没有等待上传的记录")
    }

    @Test
    fun the_page_says_what_is_under_way_though_the_phone_is_turned_meanwhile() {
        val answer = answered()
        stage.open().holdWork()
        stage.handIn(stage.opened(answer))
        stage.recreate()
        stage.sees("正在读入回执")
        assertEquals("nothing else begins meanwhile", emptyList<String>(), stage.labels().filter { "文件" in it })
        stage.releaseWork()
        stage.seesNot("正在读入回执")
        stage.sees("没有等待上传的记录")
        assertEquals(listOf(RecordShown.RECEIVED), states())
    }

    @Test
    fun a_double_tap_on_a_file_reads_it_once_and_its_success_is_told() {
        val answer = stage.opened(answered())
        stage.open().holdWork().handIn(answer).handIn(answer)
        stage.sees("正在读入回执")
        stage.releaseWork()
        stage.sees("已收到：1 条记录。")
        stage.tap("返回")
        stage.sees("4 个场所")
    }

    @Test
    fun a_file_whose_reading_the_death_of_the_process_cut_short_is_read_when_the_page_is_back() {
        val answer = answered()
        stage.open().holdWork().handIn(stage.opened(answer))
        stage.killAtWork()
        stage.sees("已收到：1 条记录。")
        assertEquals(listOf(RecordShown.RECEIVED), states())
    }

    @Test
    fun an_inspection_is_left_for_it_only_by_a_tap_and_goes_on_where_it_was() {
        val answer = answered()
        stage.open().begins("星河游戏厅").tap("有").tap("多一个")
        stage.handIn(stage.opened(answer))
        stage.sees("现在读入刚才打开的文件吗")
        assertEquals("nobody said so yet", RecordShown.WAITING, states().single())
        stage.tap("先接着检查")
        stage.sees("2 人")

        stage.handIn(stage.opened(answer)).handIn(stage.opened(answer))
        stage.tap("读入回执文件")
        stage.sees("已收到：1 条记录。")
        stage.tap("返回")
        stage.sees("2 人")
        stage.tap("确定")
        assertEquals(1uL, stage.draft().answered)
    }

    @Test
    fun what_is_no_answer_is_told_in_a_sentence_and_changes_nothing() {
        answered()
        stage.open()
        stage.handIn(stage.opened("%PDF-1.7".toByteArray()))
        stage.sees("这不是回执文件")
        stage.handIn(stage.shared(ByteArray(0)))
        stage.sees("这不是回执文件")
        assertEquals(listOf(RecordShown.WAITING), states())
    }

    @Test
    fun a_path_that_another_app_makes_up_is_not_followed() {
        answered()
        val ours = stage.folder.walk().first { it.name == "book.db" }
        stage.open(intent = Intent(Intent.ACTION_VIEW, Uri.fromFile(ours)))
        stage.sees("这个文件打不开")
        assertEquals("no copy stays behind", emptyList<File>(), stage.app.cacheDir.listFiles { file -> file.isFile }!!.toList())
    }

    @Test
    fun a_phone_that_is_nobodys_yet_says_to_enrol_first() {
        stage.open(intent = stage.opened("%PDF-1.7".toByteArray()))
        stage.sees("登记这部手机")
        stage.sees("文件还没有读入")
    }

    @Test
    fun an_app_opened_again_out_of_the_list_of_recent_ones_does_not_read_the_file_of_before_again() {
        val answer = answered()
        stage.open(intent = stage.opened(answer).addFlags(Intent.FLAG_ACTIVITY_LAUNCHED_FROM_HISTORY))
        stage.sees("4 个场所")
        assertEquals(listOf(RecordShown.WAITING), states())
    }

    /** A phone without a network that handed over an inspection by file; the app is closed. The answer to it. */
    private fun answered(): ByteArray {
        stage.enrol(TestHub.VOLUNTEER).open()
        stage.hub.stop()
        stage.inspect("蓝鲸网吧")
        stage.tap("回首页").tap("等待上传").tap("没有网络？用文件上交").tap("写文件并交出去")
        val answer = stage.hub.takeFile(stage.handedOver())
        stage.leavePhone()
        stage.app.begin(stage.newPhone())
        return answer
    }

    private fun states() = stage.book.history(null, 10u).lines.map { it.state.state }
}
