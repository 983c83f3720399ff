package org.xuncha.app

import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner

/** What a slow phone is still at is neither forgotten nor overtaken, whatever is tapped meanwhile. */
@RunWith(RobolectricTestRunner::class)
class SlowWorkTest {
    @get:Rule
    val stage = Stage()

    @Test
    fun nothing_is_finished_before_the_photo_is_kept() {
        takePhotoSlowly(Pictures.sign())
        while ("看小结" !in stage.labels()) stage.tap("下一题")
        stage.tap("看小结")
        stage.sees("正在保存照片")
        assertFalse(stage.labels().any { it == "完成" || "删掉" in it })
        stage.releaseWork()
        stage.seesNot("正在保存照片")
        stage.tap("完成")
        val record = stage.book.history(null, 1u).lines.single().record
        assertEquals(1, stage.book.record(record).photos.size)
    }

    @Test
    fun a_photo_is_kept_though_the_inspection_was_left_before() {
        takePhotoSlowly(Pictures.sign())
        stage.tap("返回").releaseWork()
        assertEquals(1, stage.draft().photos.size)
    }

    @Test
    fun a_photo_that_cannot_be_kept_is_told_though_the_inspection_was_left_before() {
        takePhotoSlowly("这不是照片".toByteArray())
        stage.tap("返回").releaseWork()
        stage.sees("这张照片打不开")
        stage.tap("知道了")
        stage.seesNot("这张照片打不开")
    }

    @Test
    fun the_phone_may_be_turned_while_a_photo_is_saved() {
        takePhotoSlowly(Pictures.sign())
        stage.recreate()
        stage.sees("正在保存照片")
        stage.releaseWork()
        stage.seesNot("正在保存照片")
        stage.sees("照片已保存在本机")
    }

    @Test
    fun the_phone_may_be_turned_while_it_is_enrolled_and_consent_is_asked_for_then() {
        stage.open().holdWork()
        stage.write("登记码", stage.hub.code(TestHub.VOLUNTEER)).write("服务器地址", stage.hub.url).tap("登记")
        stage.sees("正在登记")
        stage.recreate()
        stage.sees("正在登记")
        stage.releaseWork()
        stage.sees("登记好了")
        stage.kill()
        stage.sees("登记好了")
    }

    @Test
    fun the_phone_may_be_turned_while_the_photo_of_its_card_is_read() {
        stage.open().tap("拍登记卡上的二维码").holdWork()
        stage.shoot(Pictures.card(stage.hub.card(TestHub.VOLUNTEER)))
        stage.recreate()
        stage.sees("正在登记")
        stage.releaseWork()
        stage.sees("登记好了")
    }

    @Test
    fun a_phone_that_died_before_consent_was_given_asks_for_it_again() {
        stage.open()
        stage.write("登记码", stage.hub.code(TestHub.VOLUNTEER)).write("服务器地址", stage.hub.url).tap("登记")
        stage.sees("登记好了")
        stage.back().kill(keepsState = false)
        stage.sees("用之前请看一看")
        stage.tap("同意，使用定位")
        stage.sees("4 个场所")
        assertTrue(stage.app.phone.choices.usesPosition == true)
    }

    @Test
    fun whoever_gets_the_phone_next_is_asked_for_consent_too() {
        stage.enrol(TestHub.VOLUNTEER, usesPosition = true).open().tap("设置").tap("重新登记这部手机")
        stage.write("登记码", stage.hub.code(TestHub.POLICE)).write("服务器地址", stage.hub.url).tap("登记")
        stage.sees("周平")
        stage.kill(keepsState = false)
        stage.sees("用之前请看一看")
    }

    private fun takePhotoSlowly(picture: ByteArray) {
        stage.enrol(TestHub.VOLUNTEER).open().begins("蓝鲸网吧").holdWork().tap("拍照片")
        stage.shoot(picture)
        stage.sees("正在保存照片")
    }
}
