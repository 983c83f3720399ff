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
