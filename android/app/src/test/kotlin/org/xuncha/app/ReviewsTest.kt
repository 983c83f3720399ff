package org.xuncha.app

import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.xuncha.app.platform.KeystoreVault
import org.xuncha.core.Platform

/** A head's tap reaches the record that it was meant for, whatever comes in meanwhile, with the reason that was given. */
@RunWith(RobolectricTestRunner::class)
class ReviewsTest {
    @get:Rule
    val stage = Stage()

    @Test
    fun what_comes_in_while_the_page_is_open_stands_below_however_grave_and_on_top_when_it_is_opened_next() {
        begin("蓝鲸网吧")
        graveOneArrives("老地方网吧")
        stage.sync()
        assertEquals(listOf("通过：蓝鲸网吧", "通过：老地方网吧"), approvals())
        stage.sees("打开这一页以后新到的")
        stage.tap("返回").tap("2 条待审核")
        assertEquals(listOf("通过：老地方网吧", "通过：蓝鲸网吧"), approvals())
        stage.seesNot("打开这一页以后新到的")
    }

    @Test
    fun a_finger_that_is_on_its_way_down_while_the_lines_move_up_decides_nothing() {
        begin("蓝鲸网吧", "星河游戏厅")
        stage.tap("通过：蓝鲸网吧")
        stage.sees("已通过")
        stage.tapAtOnce("通过：星河游戏厅").tapAtOnce("退回：星河游戏厅")
        assertEquals(listOf("通过：星河游戏厅"), approvals())
        stage.idle(1)
        stage.tap("通过：星河游戏厅")
        stage.sees("没有待审核的记录")
    }

    @Test
    fun a_late_answer_leaves_the_reason_for_another_one_as_it_is_and_each_gets_its_own() {
        begin("蓝鲸网吧", "星河游戏厅")
        stage.holdWork()
        stage.tap("退回：蓝鲸网吧").tap("请补一张入口标志的照片。").tap("退回").tap("返回")
        stage.tap("退回：星河游戏厅").write("写在这里", "请写清楚是谁看到的")
        stage.releaseWork()
        stage.sees("已退回")
        stage.sees("哪里要补")
        stage.sees("请写清楚是谁看到的")
        stage.tap("退回")
        stage.sees("没有待审核的记录")
        assertEquals(mapOf("蓝鲸网吧" to "请补一张入口标志的照片。", "星河游戏厅" to "请写清楚是谁看到的"), reasons())
    }

    @Test
    fun a_reason_that_was_left_unsent_is_not_that_of_the_next_one() {
        begin("蓝鲸网吧", "星河游戏厅")
        val first = stage.book.reviewQueue().lines.first { it.venueName == "蓝鲸网吧" }.record
        stage.tap("退回：蓝鲸网吧").tap("请补一张入口标志的照片。")
        stage.hub.review(first)
        stage.sync()
        stage.idle(1)
        stage.tap("退回：星河游戏厅")
        stage.sees("哪里要补")
        assertTrue(stage.all().filterIsInstance<android.widget.EditText>().single().text.isEmpty())
    }

    @Test
    fun a_head_looks_at_findings_answers_and_photos_and_returns_the_record_from_there() {
        stage.enrol(TestHub.VOLUNTEER)
        stage.sendSignMissing("蓝鲸网吧")
        stage.anotherPhone("head")
        stage.enrol(TestHub.HEAD).open().tap("本月").tap("1 条待审核").tap("看内容：蓝鲸网吧")
        val text = stage.sees("李明远").sees("被广告挡住了").sees("未查看").sees("已回答：1 题").text()
        assertTrue("what was found stands first", text.indexOf("发现的问题") < text.indexOf("已回答"))
        assertFalse(seesPhoto())
        stage.tap("看照片：")
        assertTrue(seesPhoto())
        assertEquals("no file of it is here", emptyList<String>(), pictureFiles())
        stage.recreate()
        stage.sees("被广告挡住了")
        assertFalse("it was in memory only", seesPhoto())
        stage.tap("退回").tap("请补一张入口标志的照片。").tap("退回")
        stage.sees("已退回。志愿者下次上传时会看到。")
        stage.sees("没有待审核的记录")
        assertEquals(mapOf("蓝鲸网吧" to "请补一张入口标志的照片。"), reasons())
    }

    @Test
    fun one_tap_approves_what_was_looked_at_and_what_somebody_else_decided_can_only_be_read() {
        begin("蓝鲸网吧", "星河游戏厅")
        val other = stage.book.reviewQueue().lines.first { it.venueName == "星河游戏厅" }.record
        stage.tap("看内容：蓝鲸网吧").tap("通过")
        stage.sees("已通过。")
        stage.hub.review(other)
        stage.tap("看内容：星河游戏厅")
        stage.sees("已审核通过")
        assertEquals(emptyList<String>(), stage.labels().filter { it == "通过" || it == "退回" })
    }

    @Test
    fun without_a_network_that_is_said_and_it_can_be_tried_again() {
        begin("蓝鲸网吧")
        stage.hub.stop()
        stage.tap("看内容：蓝鲸网吧")
        stage.sees("现在没有网络")
        stage.seesNot("未查看")
        stage.hub.startAgain()
        stage.tap("再试一次")
        stage.sees("未查看")
    }

    /** The head's phone on the page with what was found at these venues. */
    private fun begin(vararg venues: String) {
        stage.enrol(TestHub.VOLUNTEER)
        venues.forEach(stage::sendInspection)
        stage.anotherPhone("head")
        stage.enrol(TestHub.HEAD).open().tap("本月").tap("${venues.size} 条待审核")
    }

    /** Somebody else's phone hands in what must be looked at first. */
    private fun graveOneArrives(venue: String) {
        val phone = Phone(stage.app, KeystoreVault(stage.app, MemoryStore()), stage.file("second").apply { mkdirs() }, stage.clock)
        phone.use {
            runBlocking {
                it.book().enrol(stage.hub.card(TestHub.SECOND), Platform.ANDROID, "另一部手机")
                it.book().sync(null)
            }
            it.book().sendUrgent(venue)
        }
    }

    /** Files of pictures in the folders of the app, by what they begin with. */
    private fun pictureFiles(): List<String> =
        listOf(stage.folder, stage.app.filesDir, stage.app.cacheDir, stage.app.noBackupFilesDir)
            .flatMap { it.walk().filter { file -> file.isFile && file.inputStream().use { it.read() == 0xFF } } }.map { it.path }

    private fun seesPhoto(): Boolean = stage.all().any { it.contentDescription?.startsWith("照片：") == true }

    private fun approvals(): List<String> = stage.labels().filter { it.startsWith("通过：") }.map { it.substringBefore("，") }

    /** Why the records of the volunteer's phone were returned, as it hears of it, by their venues. */
    private fun reasons(): Map<String, String> {
        stage.leavePhone()
        stage.phoneIn(stage.file(""))
        runBlocking { stage.book.sync(null) }
        return stage.book.history(null, 10u).lines.associate { it.venueName to it.state.text.substringAfter("已退回：") }
    }
}
