package org.xuncha.app

import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import java.io.File

/** A photo that was taken is saved, or it is said why not: whatever comes between the camera and the book. */
@RunWith(RobolectricTestRunner::class)
class ShotsTest {
    @get:Rule
    val stage = Stage()

    @Test
    fun two_photos_taken_faster_than_the_first_is_saved_are_both_kept() {
        begin().holdWork()
        take().tap("拍照片")
        stage.shoot(Pictures.sign())
        stage.releaseWork()
        assertEquals(listOf(first(), first()), stage.draft().photos.map { it.item })
        assertEquals("nothing stays unsealed", emptyList<File>(), shots())
    }

    @Test
    fun a_photo_is_of_the_question_that_it_was_taken_for_whichever_is_shown_when_it_is_saved() {
        begin().holdWork()
        take().tap("下一题").releaseWork()
        assertEquals(first(), stage.draft().photos.single().item)
    }

    @Test
    fun a_photo_whose_saving_the_death_of_the_process_cut_short_is_saved_when_the_inspection_is_back() {
        begin().holdWork()
        take().killAtWork()
        stage.sees("照片已保存在本机")
        assertEquals(first(), stage.draft().photos.single().item)
        assertEquals(emptyList<File>(), shots())
    }

    @Test
    fun it_is_saved_too_when_the_inspection_is_opened_anew_and_nothing_is_finished_before() {
        begin().holdWork()
        take().tap("拍照片")
        stage.shoot(Pictures.sign())
        stage.killAtWork(keepsState = false)
        assertTrue(stage.draft().photos.isEmpty())
        stage.holdWork().tap("接着检查")
        stage.sees("正在保存照片")
        while ("看小结" !in stage.labels()) stage.tap("下一题")
        stage.tap("看小结")
        assertTrue(stage.labels().none { it == "完成" })
        stage.releaseWork()
        assertEquals(2, stage.draft().photos.size)
    }

    @Test
    fun a_photo_that_the_camera_wrote_for_nobody_is_saved_when_the_inspection_is_opened_anew() {
        begin().tap("拍照片")
        stage.swipeAwayBehindCamera(Pictures.sign())
        stage.tap("接着检查")
        stage.sees("照片已保存在本机")
        assertEquals(first(), stage.draft().photos.single().item)
    }

    @Test
    fun one_that_cannot_be_saved_then_is_told_and_asked_about_once_only() {
        begin().tap("拍照片")
        val whole = Pictures.sign()
        stage.swipeAwayBehindCamera(whole.copyOf(whole.size / 2))
        stage.tap("接着检查")
        stage.sees("拍照没有完成")
        stage.kill(keepsState = false)
        stage.tap("接着检查")
        stage.seesNot("拍照没有完成")
        assertTrue(stage.draft().photos.isEmpty())
    }

    @Test
    fun the_phone_may_be_turned_while_two_are_saved_and_each_is_kept_once() {
        begin().holdWork()
        take().tap("拍照片")
        stage.shoot(Pictures.sign())
        stage.recreate()
        stage.sees("正在保存照片")
        stage.releaseWork()
        assertEquals(2, stage.draft().photos.size)
    }

    @Test
    fun a_photo_that_was_not_wanted_leaves_nothing_behind() {
        begin().tap("拍照片")
        stage.shoot(null)
        stage.tap("拍照片")
        stage.shootNothing()
        assertEquals(emptyList<File>(), shots())
    }

    private fun begin() = stage.enrol(TestHub.VOLUNTEER).open().begins("蓝鲸网吧")

    private fun take(): Stage {
        stage.tap("拍照片").shoot(Pictures.sign())
        return stage
    }

    private fun first(): String = stage.draft().items.first().item

    private fun shots(): List<File> = File(stage.app.noBackupFilesDir, "shots").listFiles().orEmpty().toList()
}
