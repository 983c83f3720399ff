package org.xuncha.app

import org.junit.Assert.assertNull
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import java.net.URI

/** An upload gives way to what somebody waits for, goes on by itself, and what is said of it is so. */
@RunWith(RobolectricTestRunner::class)
class UploadsTest {
    @get:Rule
    val stage = Stage()

    @Test
    fun no_page_says_that_all_is_uploaded_beside_a_record_that_was_refused() {
        stage.enrol(TestHub.VOLUNTEER)
        stage.refused("蓝鲸网吧")
        stage.open()
        stage.sees("1 条记录未被接收，请点开看原因")
        stage.seesNot("全部已上传")
        stage.tap("1 条记录未被接收").sees("1 条记录未被接收，请点开看原因")
        stage.seesNot("全部已上传")
        stage.tap("蓝鲸网吧").sees("未被接收：服务器上已有同号的另一条记录，两条都已保留，请联系站长。")
    }

    @Test
    fun what_an_upload_got_stuck_at_is_told_alike_on_each_page_that_can_begin_one() {
        stage.enrol(TestHub.POLICE)
        stage.open().tap("记录")
        stage.hub.stop()
        val stuck = "现在没有网络。记录都保存在本机，有网络时会自动上传。"
        stage.tap("马上上传").sees(stuck)
        stage.tap("设置").sees(stuck)
        stage.tap("首页").seesNot(stuck)
        FakeHub(URI(stage.hub.url).port, 200, "text/html", "<!doctype html>Please sign in").use {
            stage.tap("设置").tap("马上上传")
        }
        val strange = "服务器的回答看不懂"
        for (page in listOf("设置", "记录", "首页")) stage.tap(page).sees(strange)
    }

    @Test
    fun one_that_begins_while_a_decision_has_the_line_goes_on_after_it_and_is_not_said_to_run_before() {
        stage.enrol(TestHub.VOLUNTEER)
        stage.sendInspection("蓝鲸网吧")
        stage.anotherPhone("head")
        stage.enrol(TestHub.HEAD).open().tap("本月").tap("1 条待审核")
        stage.hub.stop()
        stage.awaitsWork = false
        SlowHub(URI(stage.hub.url).port).use { hub ->
            stage.tap("通过：蓝鲸网吧")
            hub.awaitQuestion()
            stage.tap("返回").tap("设置").tap("向工作站报告这部手机")
            stage.idle(3)
            stage.sees("将在有网络时报告")
            stage.seesNot("正在上传")
            assertNull(stage.app.phone.uploads.stuck)
        }
        stage.hub.startAgain()
        stage.awaitsWork = true
        stage.settle()
        stage.idle(2)
        stage.sees("已报告（")
    }
}
